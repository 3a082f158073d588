package io.holdfast.restore.saga;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a class says in the log until this is closed. */
public final class LogLines implements AutoCloseable {
    public final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Formatter format = new PatternFormatter("%p %s");
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(format.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    public LogLines(Class<?> told) {
        logger = Logger.getLogger(told.getName());
        logger.addHandler(handler);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
