-- dbdeck's own record: who did what, where and when, step by step, and how it ended.
--
-- dbdeck creates these tables by itself, with consent, before its first job, in the database that `ledger:` of its
-- configuration names. Run by hand inside that database:
--     mariadb comfyui_admin < schema/dbdeck_ledger.sql
-- Running it again changes nothing, and it never drops anything.
--
-- All times are UTC. `heard` is the server's own clock, so that machines with wrong clocks can be compared; the others
-- are the clock of the machine that did it. No foreign keys, as everywhere here: a job and its steps are removed together,
-- steps first. No index repeats another's beginning.

CREATE TABLE IF NOT EXISTS dbdeck_jobs (
  id         BIGINT       NOT NULL AUTO_INCREMENT COMMENT 'What people call it: #41',
  uid        CHAR(16)     NOT NULL COMMENT 'Drawn by its dbdeck: writing it twice is writing it once',
  operation  VARCHAR(64)  NOT NULL COMMENT 'Id of the operation',
  command    TEXT         NOT NULL COMMENT 'Canonical command line',
  origin     VARCHAR(16)  NOT NULL COMMENT 'console, command or schedule',
  who        VARCHAR(64)  NOT NULL COMMENT 'User of the operating system',
  host       VARCHAR(255) NOT NULL COMMENT 'Machine that dbdeck runs on',
  pid        BIGINT       NOT NULL COMMENT 'Process there',
  account    VARCHAR(255) NOT NULL COMMENT 'Account on the server that does it',
  server     VARCHAR(500) NOT NULL COMMENT 'Servers, as configured',
  targets    JSON         NOT NULL COMMENT 'Databases, as configured',
  plan       VARCHAR(64)  NULL DEFAULT NULL COMMENT 'Digest of the plan that was approved',
  summary    TEXT         NOT NULL COMMENT 'That plan in one line',
  resumes    CHAR(16)     NULL DEFAULT NULL COMMENT 'Job (uid) that it goes on with',
  state      VARCHAR(16)  NOT NULL COMMENT 'queued, running, paused, stopping; done, failed, cancelled, interrupted, refused, handed_over',
  live       JSON         NULL COMMENT 'How far it was when last heard of',
  locks      JSON         NULL COMMENT 'Named locks it holds, each with the id of its connection',
  message    TEXT         NULL COMMENT 'How it ended, in a sentence',
  rows_done  BIGINT       NOT NULL DEFAULT 0 COMMENT 'Rows changed',
  bytes_done BIGINT       NOT NULL DEFAULT 0 COMMENT 'Bytes written, read or freed',
  submitted  DATETIME(6)  NOT NULL COMMENT 'Asked for',
  began      DATETIME(6)  NULL DEFAULT NULL COMMENT 'Had its turn and its locks',
  heard      DATETIME(6)  NOT NULL COMMENT 'Last sign of life, by the server''s clock',
  ended      DATETIME(6)  NULL DEFAULT NULL COMMENT 'Over; none while it is not',
  found_by   CHAR(16)     NULL DEFAULT NULL COMMENT 'Job (uid) that found this one dead: its end is inferred',
  PRIMARY KEY (id),
  UNIQUE KEY uk_dbdeck_jobs_uid (uid),
  KEY idx_dbdeck_jobs_submitted (submitted),
  KEY idx_dbdeck_jobs_operation (operation, submitted),
  KEY idx_dbdeck_jobs_who (who, submitted),
  KEY idx_dbdeck_jobs_state (state, submitted),
  KEY idx_dbdeck_jobs_ended (ended, heard)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Jobs of dbdeck';

CREATE TABLE IF NOT EXISTS dbdeck_job_steps (
  job_id    BIGINT      NOT NULL COMMENT 'dbdeck_jobs.id',
  seq       BIGINT      NOT NULL COMMENT 'Place in the job, from 1',
  title     TEXT        NOT NULL COMMENT 'What is done',
  statement MEDIUMTEXT  NOT NULL COMMENT 'The statement, or its form',
  began     DATETIME(6) NOT NULL COMMENT 'Written down, before it was done',
  ended     DATETIME(6) NULL DEFAULT NULL COMMENT 'Over; none when nobody knows',
  outcome   TEXT        NOT NULL COMMENT 'How it ended, in a few words',
  rows_done BIGINT      NOT NULL DEFAULT 0 COMMENT 'Rows changed',
  PRIMARY KEY (job_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='Steps of the jobs of dbdeck';
