//! What watching costs: the watcher's processor and memory, the terminal's bytes, the server's work.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Effort, Findings};
use crate::contender::Contender;
use crate::metric::Metric;
use crate::probe::{Probe, Traffic};
use crate::procfs::{self, ProcessorTime};
use crate::stage::{Load, Stage};
use crate::terminal::Terminal;

pub const QUIET: &[Metric] = &[
    Metric::ProcessorQuiet,
    Metric::Memory,
    Metric::ServerProcessor,
    Metric::TerminalQuiet,
    Metric::Refreshes,
    Metric::Statements,
    Metric::BytesSent,
    Metric::BytesReceived,
];
pub const BUSY: &[Metric] = &[Metric::ProcessorBusy, Metric::TerminalBusy];

const KIBIBYTE: f64 = 1024.0;

/// With nobody else on the server, so that what it counts is the watcher's.
pub fn quiet(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let mut probe = Probe::open(&stage.login())?;
    let own = probe.own_cost()?;
    let terminal = super::ready(contender)?;
    let before = probe.traffic()?;
    let window = Window::observe(stage, &terminal, effort)?;
    let traffic = probe.traffic()?.since(before).since(own);
    terminal.quit(contender.quit);
    let mut findings = vec![
        (Metric::ProcessorQuiet, Ok(window.processor)),
        (Metric::Memory, Ok(window.memory)),
        (Metric::ServerProcessor, Ok(window.server_processor)),
        (Metric::TerminalQuiet, Ok(window.to_terminal)),
    ];
    findings.extend(per_refresh(traffic));
    Ok(findings)
}

/// With a steady load on all three databases.
pub fn busy(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let load = Load::start(&stage.login())?;
    let terminal = super::ready(contender)?;
    let window = Window::observe(stage, &terminal, effort)?;
    ensure!(load.is_running(), "the load ended before the measurement did");
    terminal.quit(contender.quit);
    Ok(vec![(Metric::ProcessorBusy, Ok(window.processor)), (Metric::TerminalBusy, Ok(window.to_terminal))])
}

fn per_refresh(traffic: Traffic) -> Findings {
    let refreshes = traffic.looks as f64;
    let share = |figure: u64, scale: f64| match traffic.looks {
        0 => Err("it never looked at the server's counters".to_owned()),
        _ => Ok(figure as f64 / scale / refreshes),
    };
    vec![
        (Metric::Refreshes, Ok(refreshes)),
        (Metric::Statements, share(traffic.statements, 1.0)),
        (Metric::BytesSent, share(traffic.sent, KIBIBYTE)),
        (Metric::BytesReceived, share(traffic.received, KIBIBYTE)),
    ]
}

/// What happened while nobody touched anything.
struct Window {
    processor: f64,
    memory: f64,
    server_processor: f64,
    to_terminal: f64,
}

impl Window {
    fn observe(stage: &Stage, terminal: &Terminal, effort: Effort) -> Result<Self> {
        let server = stage.server_pid().as_raw_nonzero().get().unsigned_abs();
        let began = Instant::now();
        let work = ProcessorTime::of(terminal.pid)?;
        let server_work = ProcessorTime::of(server)?;
        let bytes = terminal.bytes();
        std::thread::sleep(effort.window());
        let work = ProcessorTime::of(terminal.pid)?.since(work);
        let server_work = ProcessorTime::of(server)?.since(server_work);
        let bytes = terminal.bytes() - bytes;
        let seconds = began.elapsed().as_secs_f64();
        Ok(Self {
            processor: 100.0 * work.as_secs_f64() / seconds,
            memory: procfs::resident_bytes(terminal.pid)? as f64 / (KIBIBYTE * KIBIBYTE),
            server_processor: 100.0 * server_work.as_secs_f64() / seconds,
            to_terminal: bytes as f64 / KIBIBYTE / seconds,
        })
    }
}
