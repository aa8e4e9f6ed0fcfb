//! A cluster's DNS: the records that CoreDNS would give, over UDP and TCP.
//!
//! Specification: <https://github.com/kubernetes/dns/blob/master/docs/specification.md>. IPv6 questions about a name that
//! exists are answered with no records, which is different from a name that does not exist.

use anyhow::Result;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// What a name has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    A(Ipv4Addr),
    Srv { port: u16, target: String },
    Ptr(String),
}

/// Knows the records of the cluster. `None` is a name that does not exist.
pub trait Zone: Send + Sync {
    fn records(&self, name: &str) -> Option<Vec<Record>>;
}

const TYPE_A: u16 = 1;
const TYPE_PTR: u16 = 12;
const TYPE_SRV: u16 = 33;
const TYPE_ANY: u16 = 255;
/// CoreDNS' default for cluster names, in seconds.
const TTL: u32 = 5;

/// Answers on port 53 of the address until the process ends.
pub fn serve(address: Ipv4Addr, zone: Arc<dyn Zone>) -> Result<()> {
    let udp = UdpSocket::bind((address, 53))?;
    let tcp = TcpListener::bind((address, 53))?;
    let udp_zone = Arc::clone(&zone);
    thread::spawn(move || {
        let mut buffer = [0u8; 1500];
        while let Ok((length, from)) = udp.recv_from(&mut buffer) {
            if let Some(answer) = answer(&buffer[..length], udp_zone.as_ref(), 1232) {
                let _ = udp.send_to(&answer, from);
            }
        }
    });
    thread::spawn(move || {
        for stream in tcp.incoming() {
            let Ok(mut stream) = stream else { break };
            let zone = Arc::clone(&zone);
            thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                let mut length = [0u8; 2];
                while stream.read_exact(&mut length).is_ok() {
                    let mut query = vec![0u8; usize::from(u16::from_be_bytes(length))];
                    if stream.read_exact(&mut query).is_err() {
                        break;
                    }
                    let Some(answer) = answer(&query, zone.as_ref(), 65_535) else { break };
                    let mut framed = (answer.len() as u16).to_be_bytes().to_vec();
                    framed.extend(answer);
                    if stream.write_all(&framed).is_err() {
                        break;
                    }
                }
            });
        }
    });
    Ok(())
}

/// The answer to one message, `None` for what is not a question. An answer longer than `limit` is marked as truncated.
pub fn answer(query: &[u8], zone: &dyn Zone, limit: usize) -> Option<Vec<u8>> {
    let header = query.get(..12)?;
    // A response is not a question, and one question is what every resolver asks.
    if header[2] & 0x80 != 0 || u16::from_be_bytes([header[4], header[5]]) != 1 {
        return None;
    }
    let (name, after) = read_name(query, 12)?;
    let kind = u16::from_be_bytes([*query.get(after)?, *query.get(after + 1)?]);
    let question = query.get(12..after + 4)?;
    let records = zone.records(&name.to_ascii_lowercase());
    let code = if records.is_some() { 0 } else { 3 };
    let matching: Vec<Record> = records.unwrap_or_default().into_iter().filter(|record| fits(record, kind)).collect();

    let mut out = Vec::new();
    out.extend_from_slice(&header[..2]);
    out.extend_from_slice(&[0x84 | (header[2] & 1), 0x80 | code]);
    out.extend_from_slice(&[0, 1]);
    out.extend_from_slice(&(matching.len() as u16).to_be_bytes());
    out.extend_from_slice(&[0, 0, 0, 0]);
    out.extend_from_slice(question);
    for record in &matching {
        write_record(&mut out, record);
    }
    if out.len() > limit {
        out.truncate(12 + question.len());
        out[2] |= 2;
        out[6..8].copy_from_slice(&[0, 0]);
    }
    Some(out)
}

fn fits(record: &Record, kind: u16) -> bool {
    let own = match record {
        Record::A(_) => TYPE_A,
        Record::Ptr(_) => TYPE_PTR,
        Record::Srv { .. } => TYPE_SRV,
    };
    kind == own || kind == TYPE_ANY
}

fn write_record(out: &mut Vec<u8>, record: &Record) {
    let (kind, data) = match record {
        Record::A(address) => (TYPE_A, address.octets().to_vec()),
        Record::Ptr(name) => (TYPE_PTR, encoded_name(name)),
        Record::Srv { port, target } => {
            let mut data = vec![0, 0, 0, 100];
            data.extend_from_slice(&port.to_be_bytes());
            data.extend(encoded_name(target));
            (TYPE_SRV, data)
        }
    };
    // The name is the question's, which stands at offset 12.
    out.extend_from_slice(&[0xc0, 12]);
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&[0, 1]);
    out.extend_from_slice(&TTL.to_be_bytes());
    out.extend_from_slice(&(data.len() as u16).to_be_bytes());
    out.extend(data);
}

fn encoded_name(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(label.len() as u8);
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out
}

/// The name at an offset and the offset behind it. A question has no compression.
fn read_name(message: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    loop {
        let length = usize::from(*message.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at));
        }
        if length > 63 {
            return None;
        }
        labels.push(String::from_utf8_lossy(message.get(at..at + length)?).into_owned());
        at += length;
    }
}
