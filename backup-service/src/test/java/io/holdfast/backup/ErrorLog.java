package io.holdfast.backup;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Holdfast's log lines of level ERROR until the handler is closed, with their stack traces. */
final class ErrorLog extends Handler implements AutoCloseable {
    private static final Logger HOLDFAST = Logger.getLogger("io.holdfast");
    private static final PatternFormatter FORMAT = new PatternFormatter("%s%e");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    static ErrorLog open() {
        ErrorLog log = new ErrorLog();
        log.setLevel(Level.ERROR);
        HOLDFAST.addHandler(log);
        return log;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord record) {
        if (isLoggable(record)) {
            lines.add(FORMAT.format(ExtLogRecord.wrap(record)));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        HOLDFAST.removeHandler(this);
    }
}
