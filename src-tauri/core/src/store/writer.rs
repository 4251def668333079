//! The one writer: a thread of its own with its connection, fed through a channel.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::claim::Claim;
use super::failure::StoreError;

/// Work for the thread. False ends it.
type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// What the thread is told.
enum Order {
    Work(Work),
    Close(Box<dyn FnOnce(Result<(), StoreError>) + Send>),
}

/// The way to the writer's thread. When the last one is dropped the thread closes its connection and ends, and the
/// drop waits for that: SQLCipher tears itself down when the process exits (`sqlcipher_atexit`), and a thread that
/// is still closing then would crash in what is left of it.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    thread: Arc<WriterThread>,
}

#[derive(Debug)]
struct WriterThread {
    /// None only while it is dropped.
    orders: Option<Sender<Order>>,
    handle: Option<JoinHandle<()>>,
}

impl Drop for WriterThread {
    fn drop(&mut self) {
        drop(self.orders.take());
        let Some(handle) = self.handle.take() else { return };
        // The last one may be dropped by work on the thread itself, which cannot wait for its own end.
        if handle.thread().id() != thread::current().id() {
            let _ = handle.join(); // a panic there was told to whoever waited for its work
        }
    }
}

impl Writer {
    /// Starts the thread with this connection. The claim on the file ends after the connection.
    pub(super) fn start(connection: Connection, claim: Option<Claim>) -> Result<Self, StoreError> {
        let (orders, received) = mpsc::channel();
        let handle = thread::Builder::new()
            .name("wingman-store".to_owned())
            .spawn(move || run(connection, &received, claim))
            .map_err(|error| StoreError::File(error.kind().to_string()))?;
        Ok(Self { thread: Arc::new(WriterThread { orders: Some(orders), handle: Some(handle) }) })
    }

    /// Runs `change` in a transaction of its own, after all that was handed in before, and gives its outcome to
    /// `done` on the writer's thread. An error or a panic takes everything back.
    pub(super) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.work(
            move |connection| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let value = change(&transaction)?;
                transaction.commit()?;
                Ok(value)
            },
            done,
        );
    }

    /// Runs `look` on the writer's own connection.
    pub(super) fn read<T>(
        &self,
        look: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.work(move |connection| look(connection), done);
    }

    /// Empties the log into the file, closes the connection and ends the thread.
    pub(super) fn close(&self, done: impl FnOnce(Result<(), StoreError>) + Send + 'static) {
        if let Err(Order::Close(done)) = self.order(Order::Close(Box::new(done))) {
            done(Ok(()));
        }
    }

    /// Hands an order in; gives it back when the thread has ended.
    fn order(&self, order: Order) -> Result<(), Order> {
        match &self.thread.orders {
            Some(orders) => orders.send(order).map_err(|mpsc::SendError(order)| order),
            None => Err(order),
        }
    }

    fn work<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        // A thread that has ended drops the order and `done` with it; who waits for it then reads `Closed`.
        let _ = self.order(Order::Work(Box::new(move |connection| {
            // Safe to go on after a panic: the transaction is rolled back while unwinding, and nothing else is shared.
            let outcome = catch_unwind(AssertUnwindSafe(|| work(connection)));
            done(outcome.unwrap_or(Err(StoreError::Fault)));
        })));
    }
}

fn run(mut connection: Connection, orders: &Receiver<Order>, claim: Option<Claim>) {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Work(work) => work(&mut connection),
            Order::Close(done) => {
                return done(close(connection, claim));
            }
        }
    }
    let _ = close(connection, claim); // nobody is left to be told; the log is replayed at the next start
}

fn close(connection: Connection, claim: Option<Claim>) -> Result<(), StoreError> {
    // Statistics for the planner, only where they would help; and the log emptied, so that one file is all there is.
    let emptied = if connection.is_readonly("main")? {
        Ok(()) // a newer Wingman's, which is left as it is
    } else {
        connection
            .execute_batch("PRAGMA optimize")
            .and_then(|()| connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())))
    };
    connection.close().map_err(|(_, error)| error)?;
    emptied?;
    if let Some(claim) = claim {
        claim.end_well();
    }
    Ok(())
}
