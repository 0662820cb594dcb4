-- Database: client
-- Description: Indexes that cleaning up expired tasks and uploads needs
-- Author: dbdeck
-- Created: 2026-11-16

-- Installations that were made from schema/client_database.sql have them: then nothing is changed.

SET @sql = (SELECT IF(COUNT(*) = 0,
  'ALTER TABLE client_tasks ADD KEY idx_client_tasks_retention (status, created_at)',
  'SELECT 1')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'client_tasks' AND INDEX_NAME = 'idx_client_tasks_retention');
PREPARE change_it FROM @sql;
EXECUTE change_it;
DEALLOCATE PREPARE change_it;

SET @sql = (SELECT IF(COUNT(*) = 0,
  'ALTER TABLE client_uploads ADD KEY idx_client_uploads_retention (created_at)',
  'SELECT 1')
FROM information_schema.STATISTICS
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'client_uploads' AND INDEX_NAME = 'idx_client_uploads_retention');
PREPARE change_it FROM @sql;
EXECUTE change_it;
DEALLOCATE PREPARE change_it;
