-- The admin database: administrators, models, nodes, workflows, settings, logs and metrics.
--
-- Run it inside the database it is for; the database's name is the configuration's business:
--     mariadb comfyui_admin < schema/admin_database.sql
-- Running it again changes nothing, and it never drops anything.
--
-- No foreign keys, for the reasons given in client_database.sql. No index repeats another's beginning.

SET NAMES utf8mb4;

CREATE TABLE IF NOT EXISTS admin_users (
  id            BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  username      VARCHAR(50)  NOT NULL COMMENT 'Login name',
  email         VARCHAR(100) NOT NULL COMMENT 'Mail address',
  password_hash VARCHAR(255) NOT NULL COMMENT 'bcrypt hash of the password',
  display_name  VARCHAR(100) NULL DEFAULT NULL COMMENT 'Name shown to others',
  role          ENUM('super_admin','admin','operator','viewer') NOT NULL DEFAULT 'viewer' COMMENT 'What the user may do',
  status        ENUM('active','inactive','locked') NOT NULL DEFAULT 'active' COMMENT 'Whether the user may log in',
  permissions   JSON         NULL COMMENT 'Rights beyond the role',
  last_login_ip VARCHAR(45)  NULL DEFAULT NULL COMMENT 'Address of the last login',
  login_count   INT          NOT NULL DEFAULT 0 COMMENT 'Logins so far',
  created_at    TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Account made',
  updated_at    TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  last_login_at TIMESTAMP    NULL DEFAULT NULL COMMENT 'Last login',
  PRIMARY KEY (id),
  UNIQUE KEY uk_admin_users_username (username),
  UNIQUE KEY uk_admin_users_email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Users of the administration site';

CREATE TABLE IF NOT EXISTS models (
  id             BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  name           VARCHAR(200) NOT NULL COMMENT 'Name that tasks refer to',
  display_name   VARCHAR(300) NULL DEFAULT NULL COMMENT 'Name shown to users',
  model_type     ENUM('checkpoint','lora','vae','controlnet','embedding') NOT NULL COMMENT 'Kind of model',
  file_path      VARCHAR(500) NOT NULL COMMENT 'Path on the nodes',
  file_size      BIGINT       NULL DEFAULT NULL COMMENT 'Size in bytes',
  file_hash      VARCHAR(64)  NULL DEFAULT NULL COMMENT 'SHA-256 of the file',
  version        VARCHAR(50)  NULL DEFAULT NULL COMMENT 'Version of the model',
  description    TEXT         NULL COMMENT 'What it is good for',
  tags           JSON         NULL COMMENT 'Search words',
  base_model     VARCHAR(100) NULL DEFAULT NULL COMMENT 'Family it derives from',
  resolution     VARCHAR(20)  NULL DEFAULT NULL COMMENT 'Native resolution, as 1024x1024',
  is_enabled     TINYINT(1)   NOT NULL DEFAULT 1 COMMENT '1 while it may be used',
  download_count INT          NOT NULL DEFAULT 0 COMMENT 'Downloads so far',
  usage_count    INT          NOT NULL DEFAULT 0 COMMENT 'Tasks that used it',
  created_at     TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Registered',
  updated_at     TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  KEY idx_models_type_name (model_type, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Models installed on the nodes';

CREATE TABLE IF NOT EXISTS nodes (
  id                      BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  node_id                 VARCHAR(100)  NOT NULL COMMENT 'Name by which the node reports',
  name                    VARCHAR(200)  NOT NULL COMMENT 'Name shown to users',
  host                    VARCHAR(255)  NOT NULL COMMENT 'Host name or address',
  port                    INT           NOT NULL COMMENT 'TCP port',
  api_url                 VARCHAR(500)  NOT NULL COMMENT 'Address of its interface',
  node_type               ENUM('master','worker') NOT NULL DEFAULT 'worker' COMMENT 'Part it plays',
  status                  ENUM('online','offline','busy','error') NOT NULL DEFAULT 'offline' COMMENT 'State it last reported',
  current_load            INT           NOT NULL DEFAULT 0 COMMENT 'Tasks it works on',
  max_load                INT           NOT NULL DEFAULT 4 COMMENT 'Tasks it takes at once',
  cpu_usage               DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'Processor use in percent',
  memory_usage            DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'Memory use in percent',
  gpu_usage               DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'GPU use in percent',
  gpu_memory_usage        DECIMAL(5,2)  NOT NULL DEFAULT 0 COMMENT 'GPU memory use in percent',
  supported_task_types    JSON          NULL COMMENT 'Task types it can do',
  capabilities            JSON          NULL COMMENT 'Hardware and extensions',
  version                 VARCHAR(50)   NULL DEFAULT NULL COMMENT 'Software version',
  last_heartbeat          TIMESTAMP     NULL DEFAULT NULL COMMENT 'Last sign of life',
  total_tasks             INT           NOT NULL DEFAULT 0 COMMENT 'Tasks it was given',
  completed_tasks         INT           NOT NULL DEFAULT 0 COMMENT 'Tasks it completed',
  failed_tasks            INT           NOT NULL DEFAULT 0 COMMENT 'Tasks it failed',
  average_processing_time DECIMAL(10,2) NOT NULL DEFAULT 0 COMMENT 'Mean duration of a task in seconds',
  created_at              TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Registered',
  updated_at              TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  UNIQUE KEY uk_nodes_node_id (node_id),
  KEY idx_nodes_rollup (last_heartbeat)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='GPU nodes';

-- Partitioned by day, as explained in client_database.sql.
CREATE TABLE IF NOT EXISTS performance_metrics (
  id           BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  metric_type  ENUM('system','task','node','api') NOT NULL COMMENT 'What is measured',
  metric_name  VARCHAR(100)  NOT NULL COMMENT 'Name of the metric; db.… is the console''s',
  metric_value DECIMAL(20,6) NOT NULL COMMENT 'Measured value',
  unit         VARCHAR(20)   NULL DEFAULT NULL COMMENT 'Unit of the value',
  tags         JSON          NULL COMMENT 'Further dimensions',
  node_id      BIGINT        NULL DEFAULT NULL COMMENT 'nodes.id, when a node is measured',
  recorded_at  TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Time of measurement; the partitioning column',
  PRIMARY KEY (id, recorded_at),
  KEY idx_performance_metrics_name (metric_type, metric_name, recorded_at),
  KEY idx_performance_metrics_rollup (recorded_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Raw measurements, by day'
PARTITION BY RANGE (UNIX_TIMESTAMP(recorded_at)) (
  PARTITION p_future VALUES LESS THAN MAXVALUE
);

-- One row per minute, metric and node: the unique key lets the aggregate of a minute be written again.
-- "No node" is 0 here and not NULL, because a unique key takes any number of NULLs.
CREATE TABLE IF NOT EXISTS performance_metrics_minutely (
  id           BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  bucket_start TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'First second of the minute',
  metric_type  ENUM('system','task','node','api') NOT NULL COMMENT 'What is measured',
  metric_name  VARCHAR(100)  NOT NULL COMMENT 'Name of the metric',
  node_id      BIGINT        NOT NULL DEFAULT 0 COMMENT 'nodes.id; 0 when no node is measured',
  sample_count INT           NOT NULL COMMENT 'Measurements in the minute',
  min_value    DECIMAL(20,6) NOT NULL COMMENT 'Smallest measurement',
  max_value    DECIMAL(20,6) NOT NULL COMMENT 'Largest measurement',
  mean_value   DECIMAL(20,6) NOT NULL COMMENT 'Arithmetic mean',
  updated_at   TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last computation',
  PRIMARY KEY (id),
  UNIQUE KEY uk_performance_metrics_minutely (bucket_start, metric_type, metric_name, node_id),
  KEY idx_performance_metrics_minutely_name (metric_type, metric_name, bucket_start)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Measurements per minute';

CREATE TABLE IF NOT EXISTS system_configs (
  id           BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  config_key   VARCHAR(100) NOT NULL COMMENT 'Name of the setting',
  config_value TEXT         NULL COMMENT 'Value as text',
  config_type  ENUM('string','int','float','boolean','json') NOT NULL DEFAULT 'string' COMMENT 'How to read the value',
  description  TEXT         NULL COMMENT 'What it does',
  is_public    TINYINT(1)   NOT NULL DEFAULT 0 COMMENT '1 when clients may see it',
  created_at   TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'First set',
  updated_at   TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  UNIQUE KEY uk_system_configs_key (config_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Settings of the service';

-- Partitioned by day, as explained in client_database.sql.
CREATE TABLE IF NOT EXISTS system_logs (
  id            BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  level         ENUM('DEBUG','INFO','WARNING','ERROR','CRITICAL') NOT NULL COMMENT 'Severity; decides how long the row is kept',
  module        VARCHAR(100) NULL DEFAULT NULL COMMENT 'Part of the service',
  message       TEXT         NOT NULL COMMENT 'What happened',
  details       JSON         NULL COMMENT 'Further facts',
  admin_user_id BIGINT       NULL DEFAULT NULL COMMENT 'admin_users.id of who did it',
  task_id       VARCHAR(36)  NULL DEFAULT NULL COMMENT 'UUID of the task concerned',
  node_id       BIGINT       NULL DEFAULT NULL COMMENT 'nodes.id of the node concerned',
  ip_address    VARCHAR(45)  NULL DEFAULT NULL COMMENT 'Address, IPv4 or IPv6',
  user_agent    TEXT         NULL COMMENT 'Browser identification',
  created_at    TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'When it happened; the partitioning column',
  PRIMARY KEY (id, created_at),
  KEY idx_system_logs_retention (level, created_at),
  KEY idx_system_logs_time (created_at),
  KEY idx_system_logs_task (task_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Log of the service, by day'
PARTITION BY RANGE (UNIX_TIMESTAMP(created_at)) (
  PARTITION p_future VALUES LESS THAN MAXVALUE
);

CREATE TABLE IF NOT EXISTS workflow_templates (
  id                   BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  name                 VARCHAR(100) NOT NULL COMMENT 'Name that tasks refer to',
  display_name         VARCHAR(200) NULL DEFAULT NULL COMMENT 'Name shown to users',
  task_type            ENUM('text_to_image','image_to_video') NOT NULL COMMENT 'What it generates',
  version              VARCHAR(20)  NOT NULL DEFAULT '1.0' COMMENT 'Version of the template',
  description          TEXT         NULL COMMENT 'What it is good for',
  workflow_file        VARCHAR(500) NOT NULL COMMENT 'Path of the workflow',
  config_data          JSON         NULL COMMENT 'Settings of the template',
  is_enabled           TINYINT(1)   NOT NULL DEFAULT 1 COMMENT '1 while it may be used',
  is_default           TINYINT(1)   NOT NULL DEFAULT 0 COMMENT '1 when it is the default of its type',
  max_concurrent_tasks INT          NOT NULL DEFAULT 4 COMMENT 'Tasks at once',
  estimated_time       INT          NOT NULL DEFAULT 60 COMMENT 'Expected duration in seconds',
  usage_count          INT          NOT NULL DEFAULT 0 COMMENT 'Tasks that used it',
  success_rate         DECIMAL(5,2) NOT NULL DEFAULT 0 COMMENT 'Completed tasks in percent',
  created_by           BIGINT       NULL DEFAULT NULL COMMENT 'admin_users.id of the author',
  created_at           TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Registered',
  updated_at           TIMESTAMP    NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  UNIQUE KEY uk_workflow_templates_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Workflows that tasks can run';

CREATE TABLE IF NOT EXISTS workflow_models (
  id          BIGINT     NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  workflow_id BIGINT     NOT NULL COMMENT 'workflow_templates.id',
  model_id    BIGINT     NOT NULL COMMENT 'models.id',
  is_default  TINYINT(1) NOT NULL DEFAULT 0 COMMENT '1 when it is the workflow''s first choice',
  created_at  TIMESTAMP  NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Registered',
  PRIMARY KEY (id),
  UNIQUE KEY uk_workflow_models (workflow_id, model_id),
  KEY idx_workflow_models_model (model_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Models a workflow can use';

CREATE TABLE IF NOT EXISTS workflow_parameters (
  id             BIGINT        NOT NULL AUTO_INCREMENT COMMENT 'Row number',
  workflow_id    BIGINT        NOT NULL COMMENT 'workflow_templates.id',
  parameter_name VARCHAR(100)  NOT NULL COMMENT 'Name in the task',
  parameter_type ENUM('string','int','float','boolean','select','file') NOT NULL COMMENT 'Kind of value',
  default_value  TEXT          NULL COMMENT 'Value when none is given',
  min_value      DECIMAL(20,6) NULL DEFAULT NULL COMMENT 'Smallest value',
  max_value      DECIMAL(20,6) NULL DEFAULT NULL COMMENT 'Largest value',
  options        JSON          NULL COMMENT 'Values to choose from',
  is_required    TINYINT(1)    NOT NULL DEFAULT 0 COMMENT '1 when it must be given',
  display_name   VARCHAR(200)  NULL DEFAULT NULL COMMENT 'Name shown to users',
  description    TEXT          NULL COMMENT 'What it does',
  node_id        VARCHAR(50)   NULL DEFAULT NULL COMMENT 'Node of the workflow graph it goes to',
  field_path     VARCHAR(200)  NULL DEFAULT NULL COMMENT 'Field of that node',
  sort_order     INT           NOT NULL DEFAULT 0 COMMENT 'Place in the form',
  created_at     TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP COMMENT 'Registered',
  updated_at     TIMESTAMP     NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP COMMENT 'Last change of this row',
  PRIMARY KEY (id),
  KEY idx_workflow_parameters_workflow (workflow_id, sort_order)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Parameters of workflows';

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
