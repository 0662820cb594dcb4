-- The shared database: what the client side and the administration side both see.
--
-- Run it inside the database it is for; the database's name is the configuration's business:
--     mariadb comfyui_shared < schema/shared_database.sql
-- Running it again changes nothing, and it never drops anything.
--
-- No foreign keys, for the reasons given in client_database.sql. No index repeats another's beginning.

SET NAMES utf8mb4;

CREATE TABLE IF NOT EXISTS global_tasks (
  id              BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         VARCHAR(36)   NOT NULL COMMENT 'UUID of the task, the same in client_tasks',
  source_type     ENUM('client','admin') NOT NULL COMMENT 'Which side submitted it',
  source_user_id  VARCHAR(36)   NOT NULL COMMENT 'client_id or administrator who submitted it',
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
  priority        INT           NOT NULL DEFAULT 1 COMMENT 'Higher is served first',
  status          ENUM('queued','processing','completed','failed','cancelled') NOT NULL DEFAULT 'queued' COMMENT 'Where the task stands',
  progress        DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'Percent done',
  message         TEXT          NULL COMMENT 'Last message of the node',
  error_message   TEXT          NULL COMMENT 'Why it failed',
  celery_task_id  VARCHAR(36)   NULL DEFAULT NULL COMMENT 'UUID in the task queue',
  node_id         VARCHAR(100)  NULL DEFAULT NULL COMMENT 'nodes.node_id that works on it',
  estimated_time  INT           NULL DEFAULT NULL COMMENT 'Expected duration in seconds',
  actual_time     INT           NULL DEFAULT NULL COMMENT 'Real duration in seconds',
  started_at      TIMESTAMP     NULL DEFAULT NULL COMMENT 'A node began',
  completed_at    TIMESTAMP     NULL DEFAULT NULL COMMENT 'Completed, failed or cancelled',
  created_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Submitted; decides the day of the statistics',
  updated_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row; the sync watermark',
  PRIMARY KEY (id),
  UNIQUE KEY uk_global_tasks_task_id (task_id),
  KEY idx_global_tasks_queue (status, priority, created_at),
  KEY idx_global_tasks_source (source_type, source_user_id, created_at),
  KEY idx_global_tasks_rollup (created_at),
  KEY idx_global_tasks_sync (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='All tasks of both sides';

CREATE TABLE IF NOT EXISTS global_task_parameters (
  id              BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         BIGINT       NOT NULL COMMENT 'global_tasks.id',
  parameter_name  VARCHAR(100) NOT NULL COMMENT 'Name in the workflow',
  parameter_value TEXT         NULL COMMENT 'Value as text',
  parameter_type  ENUM('string','int','float','boolean','json') NOT NULL DEFAULT 'string' COMMENT 'How to read the value',
  created_at      TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Submitted',
  PRIMARY KEY (id),
  KEY idx_global_task_parameters_task (task_id, parameter_name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Further parameters of tasks';

CREATE TABLE IF NOT EXISTS global_task_results (
  id              BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id         BIGINT        NOT NULL COMMENT 'global_tasks.id',
  result_type     ENUM('image','video','json','file') NOT NULL COMMENT 'What was made',
  file_path       VARCHAR(500)  NULL DEFAULT NULL COMMENT 'Path below the output directory',
  file_name       VARCHAR(255)  NULL DEFAULT NULL COMMENT 'Name of the file',
  file_size       BIGINT        NULL DEFAULT NULL COMMENT 'Size in bytes',
  mime_type       VARCHAR(100)  NULL DEFAULT NULL COMMENT 'Media type',
  width           INT           NULL DEFAULT NULL COMMENT 'Width in pixels',
  height          INT           NULL DEFAULT NULL COMMENT 'Height in pixels',
  duration        DECIMAL(10,2) NULL DEFAULT NULL COMMENT 'Length of a video in seconds',
  thumbnail_path  VARCHAR(500)  NULL DEFAULT NULL COMMENT 'Path of the small picture',
  result_metadata JSON          NULL COMMENT 'What the node says about it',
  download_count  INT           NOT NULL DEFAULT 0 COMMENT 'Downloads so far',
  created_at      TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Stored; the sync watermark',
  PRIMARY KEY (id),
  KEY idx_global_task_results_task (task_id),
  KEY idx_global_task_results_sync (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Results of all tasks';

-- One index serves both halves of the retention rule: expires_at passed, and no expires_at but too old.
CREATE TABLE IF NOT EXISTS global_files (
  id             BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  file_id        VARCHAR(36)   NOT NULL COMMENT 'UUID of the file, the same in client_uploads',
  source_type    ENUM('client','admin','system') NOT NULL COMMENT 'Which side brought it',
  source_user_id VARCHAR(36)   NULL DEFAULT NULL COMMENT 'client_id or administrator who brought it',
  original_name  VARCHAR(255)  NOT NULL COMMENT 'Name on the owner''s machine',
  file_name      VARCHAR(255)  NOT NULL COMMENT 'Name as stored',
  file_path      VARCHAR(500)  NOT NULL COMMENT 'Path below the storage directory',
  file_size      BIGINT        NOT NULL COMMENT 'Size in bytes',
  mime_type      VARCHAR(100)  NOT NULL COMMENT 'Media type',
  file_hash      VARCHAR(64)   NULL DEFAULT NULL COMMENT 'SHA-256 of the content',
  file_type      ENUM('image','video','audio','document','other') NOT NULL COMMENT 'Kind of file',
  width          INT           NULL DEFAULT NULL COMMENT 'Width in pixels',
  height         INT           NULL DEFAULT NULL COMMENT 'Height in pixels',
  duration       DECIMAL(10,2) NULL DEFAULT NULL COMMENT 'Length in seconds',
  file_metadata  JSON          NULL COMMENT 'Further facts',
  is_public      TINYINT(1)    NOT NULL DEFAULT 0 COMMENT '1 when everybody may see it',
  is_temporary   TINYINT(1)    NOT NULL DEFAULT 0 COMMENT '1 when it goes after expires_at or a day',
  expires_at     TIMESTAMP     NULL DEFAULT NULL COMMENT 'End of a temporary file',
  download_count INT           NOT NULL DEFAULT 0 COMMENT 'Downloads so far',
  status         VARCHAR(20)   NOT NULL DEFAULT 'active' COMMENT 'State of the file',
  created_at     TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Stored',
  updated_at     TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  UNIQUE KEY uk_global_files_file_id (file_id),
  KEY idx_global_files_source (source_type, source_user_id, created_at),
  KEY idx_global_files_retention (is_temporary, expires_at, created_at),
  KEY idx_global_files_rollup (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='All files of both sides';

CREATE TABLE IF NOT EXISTS node_task_assignments (
  id           BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  node_id      VARCHAR(100) NOT NULL COMMENT 'nodes.node_id',
  task_id      BIGINT       NOT NULL COMMENT 'global_tasks.id',
  assigned_at  TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Given to the node',
  started_at   TIMESTAMP    NULL DEFAULT NULL COMMENT 'The node began',
  completed_at TIMESTAMP    NULL DEFAULT NULL COMMENT 'Completed, failed or cancelled',
  status       ENUM('assigned','running','completed','failed','cancelled') NOT NULL DEFAULT 'assigned' COMMENT 'Where it stands',
  PRIMARY KEY (id),
  KEY idx_node_task_assignments_task (task_id),
  KEY idx_node_task_assignments_node (node_id, status),
  KEY idx_node_task_assignments_retention (status, assigned_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Which node works on which task';

CREATE TABLE IF NOT EXISTS system_statistics (
  id                      BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  stat_date               DATE          NOT NULL COMMENT 'The day',
  total_tasks             INT           NOT NULL DEFAULT 0 COMMENT 'Tasks submitted',
  completed_tasks         INT           NOT NULL DEFAULT 0 COMMENT 'Of them completed',
  failed_tasks            INT           NOT NULL DEFAULT 0 COMMENT 'Of them failed',
  client_tasks            INT           NOT NULL DEFAULT 0 COMMENT 'Of them from clients',
  admin_tasks             INT           NOT NULL DEFAULT 0 COMMENT 'Of them from administrators',
  text_to_image_tasks     INT           NOT NULL DEFAULT 0 COMMENT 'Of them pictures',
  image_to_video_tasks    INT           NOT NULL DEFAULT 0 COMMENT 'Of them videos',
  total_processing_time   BIGINT        NOT NULL DEFAULT 0 COMMENT 'Work of the nodes in seconds',
  average_processing_time DECIMAL(10,2) NOT NULL DEFAULT 0 COMMENT 'Mean duration in seconds',
  active_nodes            INT           NOT NULL DEFAULT 0 COMMENT 'Nodes that worked',
  total_file_size         BIGINT        NOT NULL DEFAULT 0 COMMENT 'Files stored, in bytes',
  created_at              TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'First computed',
  updated_at              TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last computed',
  PRIMARY KEY (id),
  UNIQUE KEY uk_system_statistics_date (stat_date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Figures per day';

CREATE TABLE IF NOT EXISTS task_queue_status (
  id         BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  task_id    VARCHAR(36)  NOT NULL COMMENT 'UUID in the task queue',
  queue_name VARCHAR(100) NOT NULL COMMENT 'Queue it waits in',
  status     ENUM('pending','started','retry','failure','success') NOT NULL DEFAULT 'pending' COMMENT 'Where it stands',
  result     TEXT         NULL COMMENT 'What the worker returned',
  traceback  TEXT         NULL COMMENT 'Where the worker failed',
  worker     VARCHAR(100) NULL DEFAULT NULL COMMENT 'Worker that took it',
  retries    INT          NOT NULL DEFAULT 0 COMMENT 'Attempts after the first',
  eta        TIMESTAMP    NULL DEFAULT NULL COMMENT 'Not before',
  created_at TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Queued',
  updated_at TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  UNIQUE KEY uk_task_queue_status_task_id (task_id),
  KEY idx_task_queue_status_queue (queue_name, status),
  KEY idx_task_queue_status_retention (status, updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='The worker queue as the service sees it';

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
