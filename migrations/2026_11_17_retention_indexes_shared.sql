-- Database: shared
-- Description: Indexes that cleaning up temporary files and finished queue entries needs
-- Author: dbdeck
-- Created: 2026-11-17

-- Installations that were made from schema/shared_database.sql have them: then nothing is changed.

SET @sql = (SELECT IF(COUNT(*) = 0,
  'ALTER TABLE global_files ADD KEY idx_global_files_retention (is_temporary, expires_at, created_at)',
  'SELECT 1')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'global_files' AND INDEX_NAME = 'idx_global_files_retention');
PREPARE change_it FROM @sql;
EXECUTE change_it;
DEALLOCATE PREPARE change_it;

SET @sql = (SELECT IF(COUNT(*) = 0,
  'ALTER TABLE node_task_assignments ADD KEY idx_node_task_assignments_retention (status, assigned_at)',
  'SELECT 1')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'node_task_assignments' AND INDEX_NAME = 'idx_node_task_assignments_retention');
PREPARE change_it FROM @sql;
EXECUTE change_it;
DEALLOCATE PREPARE change_it;

SET @sql = (SELECT IF(COUNT(*) = 0,
  'ALTER TABLE task_queue_status ADD KEY idx_task_queue_status_retention (status, updated_at)',
  'SELECT 1')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'task_queue_status' AND INDEX_NAME = 'idx_task_queue_status_retention');
PREPARE change_it FROM @sql;
EXECUTE change_it;
DEALLOCATE PREPARE change_it;
