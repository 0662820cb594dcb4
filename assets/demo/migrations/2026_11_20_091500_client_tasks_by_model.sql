-- Database: client
-- Description: Find the tasks of a model
-- Author: dbdeck
-- Created: 2026-11-20 09:15

ALTER TABLE client_tasks ADD KEY idx_client_tasks_model (model_name, created_at);
