-- Default rows of the admin database: settings, workflows and their parameters.
--
-- Run it after admin_database.sql, inside the same database:
--     mariadb comfyui_admin < schema/default_data.sql
-- A row that is already there is left as the administrators made it. Deliberately absent: an
-- administrator with a well-known password.

SET NAMES utf8mb4;

INSERT IGNORE INTO system_configs (config_key, config_value, config_type, description, is_public) VALUES
  ('system.name', 'ComfyUI Web Service', 'string', 'Name of the service', 1),
  ('system.version', '1.0.0', 'string', 'Version of the service', 1),
  ('task.default_priority', '1', 'int', 'Priority of a task that asks for none', 0),
  ('task.max_concurrent', '10', 'int', 'Tasks that run at once', 0),
  ('file.max_size', '104857600', 'int', 'Largest file in bytes', 1),
  ('api.rate_limit', '100', 'int', 'Requests per minute and client', 0),
  ('site_name', 'ComfyUI Web Service', 'string', 'Name shown in the title', 1),
  ('default_language', 'zh-CN', 'string', 'Language of the web client', 1),
  ('client_daily_quota', '50', 'int', 'Tasks per client and day', 1),
  ('max_upload_size_mb', '50', 'int', 'Largest upload in MiB', 1),
  ('max_queue_length', '1000', 'int', 'Tasks that may wait at once', 0),
  ('task_timeout_seconds', '600', 'int', 'A task that runs longer is given up', 0),
  ('node_heartbeat_seconds', '30', 'int', 'A node silent for three of these is offline', 0),
  ('client_retention_days', '30', 'int', 'Client tasks, uploads and access logs are kept this long', 0),
  ('temporary_file_hours', '24', 'int', 'Temporary files are kept this long', 0),
  ('maintenance_mode', 'false', 'boolean', 'Refuse new tasks', 1);

INSERT IGNORE INTO workflow_templates (name, display_name, task_type, version, description, workflow_file, is_default, max_concurrent_tasks, estimated_time) VALUES
  ('sdxl_text_to_image', 'SDXL 文生图', 'text_to_image', '1.0', 'A picture from a text', 'workflows/sdxl_text_to_image.json', 1, 4, 25),
  ('flux_text_to_image', 'FLUX 文生图', 'text_to_image', '1.0', 'A picture from a text, slower and finer', 'workflows/flux_text_to_image.json', 0, 2, 60),
  ('svd_image_to_video', 'SVD 图生视频', 'image_to_video', '1.0', 'A short video from a picture', 'workflows/svd_image_to_video.json', 1, 1, 180);

INSERT INTO workflow_parameters (workflow_id, parameter_name, parameter_type, default_value, min_value, max_value, is_required, display_name, node_id, field_path, sort_order)
SELECT w.id, p.parameter_name, p.parameter_type, p.default_value, p.min_value, p.max_value, p.is_required, p.display_name, p.node_id, p.field_path, p.sort_order
FROM workflow_templates AS w
JOIN (
  SELECT 'prompt' AS parameter_name, 'string' AS parameter_type, '' AS default_value, NULL AS min_value, NULL AS max_value, 1 AS is_required, '提示词' AS display_name, '6' AS node_id, 'inputs.text' AS field_path, 1 AS sort_order
  UNION ALL SELECT 'negative_prompt', 'string', '', NULL, NULL, 0, '反向提示词', '7', 'inputs.text', 2
  UNION ALL SELECT 'width', 'int', '1024', 256, 2048, 0, '宽度', '5', 'inputs.width', 3
  UNION ALL SELECT 'height', 'int', '1024', 256, 2048, 0, '高度', '5', 'inputs.height', 4
  UNION ALL SELECT 'steps', 'int', '25', 1, 100, 0, '采样步数', '3', 'inputs.steps', 5
  UNION ALL SELECT 'cfg_scale', 'float', '7.0', 1, 30, 0, '提示词强度', '3', 'inputs.cfg', 6
  UNION ALL SELECT 'seed', 'int', '-1', -1, NULL, 0, '随机种子', '3', 'inputs.seed', 7
) AS p
WHERE w.name IN ('sdxl_text_to_image', 'flux_text_to_image', 'svd_image_to_video')
  AND NOT EXISTS (SELECT 1 FROM workflow_parameters AS old WHERE old.workflow_id = w.id AND old.parameter_name = CONVERT(p.parameter_name USING utf8mb4) COLLATE utf8mb4_unicode_ci);
