//! What people ask such a service for, and with what.

use fastrand::Rng;

use super::random::{pick, weighted};

/// What is generated, as the service names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskType {
    /// A picture from a text.
    Image,
    /// A video from a picture.
    Video,
}

impl TaskType {
    /// The value in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "text_to_image",
            Self::Video => "image_to_video",
        }
    }
}

const SUBJECTS: [&str; 12] = [
    "a lighthouse on a cliff",
    "an old fisherman mending nets",
    "a red fox in fresh snow",
    "a glass greenhouse full of ferns",
    "two astronauts playing chess",
    "a night market after the rain",
    "a ceramic teapot on linen",
    "a mountain village at dawn",
    "a clockwork hummingbird",
    "portrait of a violinist",
    "a cargo ship in fog",
    "a cat asleep on a piano",
];
const MANNERS: [&str; 8] = [
    "oil painting, thick brush strokes",
    "35mm photograph, shallow depth of field",
    "watercolour, soft edges",
    "isometric render, pastel colours",
    "ink drawing, cross-hatching",
    "cinematic lighting, volumetric fog",
    "studio photograph, rim light",
    "ukiyo-e woodblock print",
];
const CHINESE_SUBJECTS: [&str; 10] = [
    "江南水乡的清晨",
    "雪山下的湖泊",
    "穿汉服的少女在竹林里",
    "赛博朋克风格的上海夜景",
    "一只熊猫在弹古筝",
    "敦煌壁画中的飞天",
    "雨后的老街和石板路",
    "中秋夜的灯会",
    "老茶馆里下棋的人",
    "云海上的悬空寺",
];
const CHINESE_MANNERS: [&str; 6] =
    ["水墨画,留白", "工笔画,细节丰富", "电影质感,暖色调", "超高清摄影,景深", "国风插画,柔和光线", "油画,厚涂"];
const NEGATIVES: [&str; 4] =
    ["blurry, low quality, watermark", "text, logo, extra fingers", "低质量,模糊,水印", "deformed, oversaturated"];

/// Models by weight.
pub const MODELS: [(u32, &str); 6] = [
    (40, "sd_xl_base_1.0.safetensors"),
    (22, "juggernautXL_v9.safetensors"),
    (15, "flux1-dev-fp8.safetensors"),
    (10, "dreamshaper_8.safetensors"),
    (8, "svd_xt_1_1.safetensors"),
    (5, "majicmixRealistic_v7.safetensors"),
];
/// Sampling methods.
pub const SAMPLERS: [&str; 4] = ["euler", "dpmpp_2m", "dpmpp_sde", "euler_ancestral"];
/// Noise schedules.
pub const SCHEDULERS: [&str; 3] = ["normal", "karras", "exponential"];
/// GPU nodes, in the order of their numbers in the database.
pub const NODES: [&str; 5] = ["gpu-a100-01", "gpu-a100-02", "gpu-4090-01", "gpu-4090-02", "gpu-l40s-01"];
/// Requests by weight: action, path, usual milliseconds.
pub const REQUESTS: [(u32, (&str, &str, u32)); 7] = [
    (45, ("task_status", "/api/client/tasks/status", 12)),
    (18, ("view_result", "/api/client/results", 35)),
    (14, ("submit_task", "/api/client/tasks", 48)),
    (9, ("list_tasks", "/api/client/tasks/history", 70)),
    (6, ("upload_file", "/api/client/upload", 420)),
    (5, ("list_workflows", "/api/client/workflows", 9)),
    (3, ("cancel_task", "/api/client/tasks/cancel", 22)),
];
/// Browsers.
pub const BROWSERS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
];
/// Log lines by weight: level, part of the service, text.
pub const LOG_LINES: [(u32, (&str, &str, &str)); 8] = [
    (30, ("DEBUG", "queue", "Polled the queue")),
    (30, ("INFO", "scheduler", "Task assigned to node")),
    (20, ("INFO", "auth", "Administrator logged in")),
    (9, ("WARNING", "node", "GPU memory above 90 %")),
    (5, ("WARNING", "queue", "任务排队时间超过五分钟")),
    (4, ("ERROR", "node", "CUDA out of memory")),
    (2, ("ERROR", "storage", "Could not write thumbnail")),
    (1, ("CRITICAL", "node", "Node lost during a task")),
];
/// Measurements: type, name, unit, usual value, spread.
pub const METRICS: [(&str, &str, &str, f64, f64); 4] = [
    ("node", "gpu_usage", "percent", 55.0, 30.0),
    ("node", "gpu_memory_usage", "percent", 62.0, 20.0),
    ("node", "gpu_temperature", "celsius", 61.0, 12.0),
    ("api", "response_time", "ms", 38.0, 25.0),
];

/// A prompt, one in three in Chinese.
pub fn prompt(rng: &mut Rng) -> String {
    if rng.u8(0..3) == 0 {
        format!("{},{}", pick(rng, &CHINESE_SUBJECTS), pick(rng, &CHINESE_MANNERS))
    } else {
        format!("{}, {}", pick(rng, &SUBJECTS), pick(rng, &MANNERS))
    }
}

/// What should not be in the picture; often nothing.
pub fn negative_prompt(rng: &mut Rng) -> Option<&'static str> {
    rng.bool().then(|| pick(rng, &NEGATIVES))
}

/// What is generated: seven pictures to one video.
pub fn task_type(rng: &mut Rng) -> TaskType {
    weighted(rng, &[(7, TaskType::Image), (1, TaskType::Video)])
}

/// The workflow for it.
pub fn workflow(rng: &mut Rng, task_type: TaskType) -> &'static str {
    match task_type {
        TaskType::Image => weighted(rng, &[(4, "sdxl_text_to_image"), (1, "flux_text_to_image")]),
        TaskType::Video => "svd_image_to_video",
    }
}

/// An address in the ranges kept for documentation.
pub fn address(number: usize) -> String {
    let network = ["192.0.2", "198.51.100", "203.0.113"][number % 3];
    format!("{network}.{}", number / 3 % 254 + 1)
}
