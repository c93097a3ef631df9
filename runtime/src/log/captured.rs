//! The log of a test.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use serde_json::Value;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

use super::lines::JsonLines;

/// What this thread logs from its start to its end.
pub(crate) struct Captured {
    written: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    pub(crate) fn start() -> Self {
        // Spans and events that another thread meets first, without a subscriber, would be cached as of no interest.
        static INTEREST: Once = Once::new();
        INTEREST.call_once(|| {
            let everything = tracing_subscriber::registry();
            let _ = tracing::subscriber::set_global_default(everything);
        });
        let written = Written::default();
        let writer = written.clone();
        let lines = JsonLines::new(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(lines);
        Self {
            written,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        let written = self.written.0.lock().unwrap();
        let text = std::str::from_utf8(&written).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
