-- dbdeck's record of migrations: which file was applied when, and statement by statement what was done of it.
--
-- `migration_history` is the table that installations of the service already have; dbdeck continues it and adds columns
-- that may be empty. dbdeck creates or extends both tables by itself, with consent, before the first migration. By hand,
-- inside each database:
--     mariadb comfyui_client < schema/dbdeck_migrations.sql
-- Running it again changes nothing, and it never drops anything.

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

CREATE TABLE IF NOT EXISTS dbdeck_migration_steps (
  migration_name VARCHAR(255) NOT NULL COMMENT 'File name without .sql; with .down for one that was taken back',
  step           INT          NOT NULL COMMENT 'Place of the statement in the file, from 1',
  line           INT          NOT NULL COMMENT 'Its line in the file',
  col            INT          NOT NULL COMMENT 'Its column',
  kind           VARCHAR(16)  NOT NULL COMMENT 'ddl, rows, session, ...: how an interruption of it is judged',
  statement      MEDIUMTEXT   NOT NULL COMMENT 'As it was sent',
  objects        TEXT         NULL COMMENT 'What it makes, changes or removes',
  before_image   CHAR(64)     NULL DEFAULT NULL COMMENT 'SHA-256 of what these were before',
  after_image    CHAR(64)     NULL DEFAULT NULL COMMENT 'SHA-256 of what they were after',
  state          ENUM('begun','done','failed','undone') NOT NULL DEFAULT 'begun' COMMENT 'begun is written before the statement',
  began          DATETIME(6)  NOT NULL COMMENT 'UTC',
  ended          DATETIME(6)  NULL DEFAULT NULL COMMENT 'UTC; none while nobody knows',
  thread         BIGINT       NULL DEFAULT NULL COMMENT 'Connection that did it',
  tag            VARCHAR(64)  NULL DEFAULT NULL COMMENT 'Job (uid) whose comment the statement carries',
  error_message  TEXT         NULL COMMENT 'Why it failed',
  rows_done      BIGINT       NOT NULL DEFAULT 0 COMMENT 'Rows changed',
  PRIMARY KEY (migration_name, step)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Statements of migrations, one by one';
