-- Database: admin
-- Description: The aggregate of the performance metrics, minute by minute
-- Author: dbdeck
-- Created: 2026-11-18

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
