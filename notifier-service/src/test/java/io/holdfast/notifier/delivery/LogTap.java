package io.holdfast.notifier.delivery;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** All that is logged, stack traces included. */
final class LogTap extends Handler {
    private static final PatternFormatter FORMAT = new PatternFormatter("%s%e");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    static LogTap open() {
        LogTap tap = new LogTap();
        tap.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(tap);
        return tap;
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(FORMAT.format(ExtLogRecord.wrap(record)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
