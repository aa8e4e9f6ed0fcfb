//! Probes: the counting rules of the kubelet, and the checks themselves.

use crate::spec::{HttpGet, Probe};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// What a probe has decided so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Success,
    Failure,
}

/// Counts results: a verdict changes only after as many equal results in a row as its threshold says.
#[derive(Clone, Debug)]
pub struct Counter {
    verdict: Option<Verdict>,
    success_threshold: u32,
    failure_threshold: u32,
    last: Option<bool>,
    run: u32,
}

impl Counter {
    /// `initial` is what holds before the first verdict: success for liveness, failure for readiness, none for startup.
    pub fn new(probe: &Probe, initial: Option<Verdict>) -> Self {
        Self {
            verdict: initial,
            success_threshold: probe.success_threshold.unwrap_or(1).max(1),
            failure_threshold: probe.failure_threshold.unwrap_or(3).max(1),
            last: None,
            run: 0,
        }
    }

    /// Takes one result; gives the verdict when a threshold is reached.
    pub fn observe(&mut self, success: bool) -> Option<Verdict> {
        if self.last == Some(success) {
            self.run += 1;
        } else {
            self.last = Some(success);
            self.run = 1;
        }
        let threshold = if success { self.success_threshold } else { self.failure_threshold };
        if self.run < threshold {
            return None;
        }
        let verdict = if success { Verdict::Success } else { Verdict::Failure };
        self.verdict = Some(verdict);
        Some(verdict)
    }

    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }
}

/// The times of a probe, with the delays scaled and the timeout as declared.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub initial_delay: Duration,
    pub period: Duration,
    pub timeout: Duration,
}

impl Timing {
    pub fn new(probe: &Probe, scale: f64) -> Self {
        let scaled = |seconds: u64| Duration::from_secs(seconds).mul_f64(scale);
        Self {
            initial_delay: scaled(probe.initial_delay_seconds.unwrap_or(0)),
            period: scaled(probe.period_seconds.unwrap_or(10).max(1)).max(Duration::from_millis(200)),
            timeout: Duration::from_secs(probe.timeout_seconds.unwrap_or(1).max(1)),
        }
    }
}

/// Whether something listens.
pub fn tcp(address: Ipv4Addr, port: u16, timeout: Duration) -> Result<(), String> {
    TcpStream::connect_timeout(&SocketAddr::from((address, port)), timeout).map(drop).map_err(|error| error.to_string())
}

/// A GET that is answered with a status from 200 to 399.
pub fn http(address: Ipv4Addr, port: u16, get: &HttpGet, path: &str, timeout: Duration) -> Result<(), String> {
    if get.scheme.as_deref().is_some_and(|scheme| !scheme.eq_ignore_ascii_case("http")) {
        return Err("the harness probes http only".to_owned());
    }
    let request = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&SocketAddr::from((address, port)), timeout)?;
        stream.set_read_timeout(Some(timeout))?;
        stream.set_write_timeout(Some(timeout))?;
        let host = get.host.clone().unwrap_or_else(|| format!("{address}:{port}"));
        let mut text = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: kube-probe\r\nAccept: */*\r\nConnection: close\r\n"
        );
        for header in &get.http_headers {
            text.push_str(&format!("{}: {}\r\n", header.name, header.value));
        }
        stream.write_all(format!("{text}\r\n").as_bytes())?;
        let mut line = Vec::new();
        let mut byte = [0u8; 1];
        while !line.ends_with(b"\n") && line.len() < 512 && stream.read(&mut byte)? == 1 {
            line.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    };
    let line = request().map_err(|error| error.to_string())?;
    match line.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok()) {
        Some(200..=399) => Ok(()),
        _ => Err(format!("answer {line:?}")),
    }
}
