-- Database: admin
-- Description: The settings that the service expects
-- Author: dbdeck
-- Created: 2026-11-19

-- A row that is already there is left as the administrators made it.

INSERT IGNORE INTO system_configs (config_key, config_value, config_type, description, is_public) VALUES
  ('system.name', 'ComfyUI Web Service', 'string', 'Name of the service', 1),
  ('system.version', '1.0.0', 'string', 'Version of the service', 1),
  ('task.default_priority', '1', 'int', 'Priority of a task that asks for none', 0),
  ('task.max_concurrent', '10', 'int', 'Tasks that run at once', 0),
  ('file.max_size', '104857600', 'int', 'Largest file in bytes', 1),
  ('api.rate_limit', '100', 'int', 'Requests per minute and client', 0);
