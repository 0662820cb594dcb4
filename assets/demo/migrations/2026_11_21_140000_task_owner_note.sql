-- Database: shared
-- Description: Room for what an operator has to say of a task
-- Author: dbdeck
-- Created: 2026-11-21 14:00
-- After: client@2026_11_20_091500_client_tasks_by_model

ALTER TABLE global_tasks ADD COLUMN operator_note VARCHAR(500) NULL COMMENT 'What an operator has to say';

UPDATE global_tasks SET operator_note = 'given up by its node' WHERE status = 'failed' AND error_message IS NULL;
