-- The client database: visitors of the web client, their tasks, uploads and requests.
--
-- Run it inside the database it is for; the database's name is the configuration's business:
--     mariadb comfyui_client < schema/client_database.sql
-- Running it again changes nothing, and it never drops anything.
--
-- No foreign keys: several writers (the service, the sync job, a restore) fill these tables, and the
-- retention job removes children before parents in short batches. No index repeats another's beginning.

SET NAMES utf8mb4;

CREATE TABLE IF NOT EXISTS client_users (
  id               BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  client_id        VARCHAR(36)  NOT NULL COMMENT 'UUID of the client, the key for everything else',
  username         VARCHAR(50)  NULL DEFAULT NULL COMMENT 'Login name; NULL for an anonymous visitor',
  password_hash    VARCHAR(255) NULL DEFAULT NULL COMMENT 'bcrypt hash of the password',
  session_token    VARCHAR(64)  NULL DEFAULT NULL COMMENT 'Token of the current session',
  ip_address       VARCHAR(45)  NULL DEFAULT NULL COMMENT 'Last address, IPv4 or IPv6',
  user_agent       TEXT         NULL COMMENT 'Last browser identification',
  nickname         VARCHAR(100) NULL DEFAULT NULL COMMENT 'Name shown to others',
  quota_limit      INT          NOT NULL DEFAULT 50 COMMENT 'Tasks allowed per day',
  quota_used       INT          NOT NULL DEFAULT 0 COMMENT 'Tasks used since the last reset',
  quota_reset_date DATE         NULL DEFAULT NULL COMMENT 'Day of the last quota reset',
  is_active        TINYINT(1)   NOT NULL DEFAULT 1 COMMENT '1 while the client may log in',
  created_at       TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'First seen',
  updated_at       TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  last_access_at   TIMESTAMP    NULL DEFAULT NULL COMMENT 'Last request',
  PRIMARY KEY (id),
  UNIQUE KEY uk_client_users_client_id (client_id),
  UNIQUE KEY uk_client_users_username (username),
  UNIQUE KEY uk_client_users_session_token (session_token)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Users of the web client';

CREATE TABLE IF NOT EXISTS client_tasks (
  id              BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         VARCHAR(36)   NOT NULL COMMENT 'UUID of the task, the same in global_tasks',
  client_id       VARCHAR(36)   NOT NULL COMMENT 'client_users.client_id of the owner',
  task_type       ENUM('text_to_image','image_to_video') NOT NULL COMMENT 'What is generated',
  workflow_name   VARCHAR(100)  NOT NULL COMMENT 'workflow_templates.name',
  prompt          TEXT          NULL COMMENT 'What the picture should show',
  negative_prompt TEXT          NULL COMMENT 'What it should not show',
  model_name      VARCHAR(200)  NULL DEFAULT NULL COMMENT 'models.name of the checkpoint',
  width           INT           NULL DEFAULT NULL COMMENT 'Width in pixels',
  height          INT           NULL DEFAULT NULL COMMENT 'Height in pixels',
  steps           INT           NULL DEFAULT NULL COMMENT 'Sampling steps',
  cfg_scale       DECIMAL(4,2)  NULL DEFAULT NULL COMMENT 'How closely the prompt is followed',
  sampler         VARCHAR(50)   NULL DEFAULT NULL COMMENT 'Sampling method',
  scheduler       VARCHAR(50)   NULL DEFAULT NULL COMMENT 'Noise schedule',
  seed            BIGINT        NULL DEFAULT NULL COMMENT 'Seed of the noise; -1 is random',
  batch_size      INT           NOT NULL DEFAULT 1 COMMENT 'Pictures per run',
  status          ENUM('queued','processing','completed','failed','cancelled') NOT NULL DEFAULT 'queued' COMMENT 'Where the task stands',
  progress        DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'Percent done',
  message         TEXT          NULL COMMENT 'Last message of the node',
  error_message   TEXT          NULL COMMENT 'Why it failed',
  estimated_time  INT           NULL DEFAULT NULL COMMENT 'Expected duration in seconds',
  actual_time     INT           NULL DEFAULT NULL COMMENT 'Real duration in seconds',
  started_at      TIMESTAMP     NULL DEFAULT NULL COMMENT 'A node began',
  completed_at    TIMESTAMP     NULL DEFAULT NULL COMMENT 'Completed, failed or cancelled',
  created_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Submitted',
  updated_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row; the sync watermark',
  PRIMARY KEY (id),
  UNIQUE KEY uk_client_tasks_task_id (task_id),
  KEY idx_client_tasks_client (client_id, created_at),
  KEY idx_client_tasks_retention (status, created_at),
  KEY idx_client_tasks_sync (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Tasks submitted by clients';

CREATE TABLE IF NOT EXISTS client_task_parameters (
  id              BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         BIGINT       NOT NULL COMMENT 'client_tasks.id',
  parameter_name  VARCHAR(100) NOT NULL COMMENT 'Name in the workflow',
  parameter_value TEXT         NULL COMMENT 'Value as text',
  created_at      TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Submitted',
  PRIMARY KEY (id),
  KEY idx_client_task_parameters_task (task_id, parameter_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Further parameters of client tasks';

CREATE TABLE IF NOT EXISTS client_task_results (
  id              BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         BIGINT        NOT NULL COMMENT 'client_tasks.id',
  result_type     ENUM('image','video') NOT NULL COMMENT 'What was made',
  file_path       VARCHAR(500)  NULL DEFAULT NULL COMMENT 'Path below the output directory',
  file_name       VARCHAR(255)  NULL DEFAULT NULL COMMENT 'Name of the file',
  file_size       BIGINT        NULL DEFAULT NULL COMMENT 'Size in bytes',
  width           INT           NULL DEFAULT NULL COMMENT 'Width in pixels',
  height          INT           NULL DEFAULT NULL COMMENT 'Height in pixels',
  duration        DECIMAL(10,2) NULL DEFAULT NULL COMMENT 'Length of a video in seconds',
  thumbnail_path  VARCHAR(500)  NULL DEFAULT NULL COMMENT 'Path of the small picture',
  result_metadata JSON          NULL COMMENT 'What the node says about it',
  download_count  INT           NOT NULL DEFAULT 0 COMMENT 'Downloads so far',
  created_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Stored',
  PRIMARY KEY (id),
  KEY idx_client_task_results_task (task_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Results of client tasks';

CREATE TABLE IF NOT EXISTS client_uploads (
  id            BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  upload_id     VARCHAR(36)  NULL DEFAULT NULL COMMENT 'UUID of the upload request',
  file_id       VARCHAR(36)  NOT NULL COMMENT 'UUID of the file, the same in global_files',
  client_id     VARCHAR(36)  NOT NULL COMMENT 'client_users.client_id of the owner',
  original_name VARCHAR(255) NOT NULL COMMENT 'Name on the client''s machine',
  file_name     VARCHAR(255) NOT NULL DEFAULT '' COMMENT 'Name as stored',
  file_path     VARCHAR(500) NOT NULL COMMENT 'Path below the upload directory',
  file_size     BIGINT       NOT NULL COMMENT 'Size in bytes',
  mime_type     VARCHAR(100) NOT NULL COMMENT 'Media type',
  file_hash     VARCHAR(64)  NULL DEFAULT NULL COMMENT 'SHA-256 of the content',
  upload_type   VARCHAR(20)  NOT NULL DEFAULT 'image' COMMENT 'image, video, …',
  status        VARCHAR(20)  NOT NULL DEFAULT 'completed' COMMENT 'State of the upload',
  width         INT          NULL DEFAULT NULL COMMENT 'Width in pixels',
  height        INT          NULL DEFAULT NULL COMMENT 'Height in pixels',
  is_processed  TINYINT(1)   NOT NULL DEFAULT 0 COMMENT '1 when a task has used it',
  created_at    TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Uploaded',
  PRIMARY KEY (id),
  UNIQUE KEY uk_client_uploads_upload_id (upload_id),
  UNIQUE KEY uk_client_uploads_file_id (file_id),
  KEY idx_client_uploads_client (client_id, created_at),
  KEY idx_client_uploads_retention (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Files uploaded by clients';

-- Partitioned by day of created_at. A file cannot know the days to come, so it makes the catch-all only;
-- `dbdeck maintain partitions` splits it ahead of time and drops what is past retention.
CREATE TABLE IF NOT EXISTS client_access_logs (
  id            BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  client_id     VARCHAR(36)  NULL DEFAULT NULL COMMENT 'client_users.client_id; NULL before the first visit is known',
  action        VARCHAR(100) NOT NULL COMMENT 'What was done',
  endpoint      VARCHAR(200) NULL DEFAULT NULL COMMENT 'Path of the request',
  ip_address    VARCHAR(45)  NULL DEFAULT NULL COMMENT 'Address, IPv4 or IPv6',
  user_agent    TEXT         NULL COMMENT 'Browser identification',
  response_time INT          NULL DEFAULT NULL COMMENT 'Duration in milliseconds',
  status_code   INT          NULL DEFAULT NULL COMMENT 'HTTP status',
  created_at    TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Time of the request; the partitioning column',
  PRIMARY KEY (id, created_at),
  KEY idx_client_access_logs_client (client_id, created_at),
  KEY idx_client_access_logs_retention (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Requests of clients, by day'
PARTITION BY RANGE (UNIX_TIMESTAMP(created_at)) (
  PARTITION p_future VALUES LESS THAN MAXVALUE
);

CREATE TABLE IF NOT EXISTS migration_history (
  id                BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  migration_name    VARCHAR(255) NOT NULL COMMENT 'File name without .sql',
  database_name     VARCHAR(50)  NOT NULL COMMENT 'Configured name of the database',
  executed_at       TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'When it ran',
  execution_time_ms INT          NULL DEFAULT NULL COMMENT 'How long it ran, in milliseconds',
  checksum          VARCHAR(64)  NULL DEFAULT NULL COMMENT 'SHA-256 of the file; old rows hold its first 16 digits',
  status            ENUM('success','failed','rollback') NOT NULL DEFAULT 'success' COMMENT 'How it ended; failed means not applied',
  error_message     TEXT         NULL COMMENT 'Why it failed',
  normal_checksum   CHAR(64)     NULL DEFAULT NULL COMMENT 'SHA-256 of its text without comments and white space',
  statements        INT          NULL DEFAULT NULL COMMENT 'Statements in it',
  applied_by        VARCHAR(255) NULL DEFAULT NULL COMMENT 'Who had it applied, and from where',
  job               CHAR(16)     NULL DEFAULT NULL COMMENT 'dbdeck_jobs.uid',
  PRIMARY KEY (id),
  UNIQUE KEY uk_migration_history_name (migration_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Migrations applied to this database';
