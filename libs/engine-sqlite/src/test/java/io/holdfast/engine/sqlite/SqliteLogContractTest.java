package io.holdfast.engine.sqlite;

class SqliteLogContractTest extends SqliteContract {
    SqliteLogContractTest() {
        super("wal");
    }
}
