package io.holdfast.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far something is: on a terminal a bar that is drawn over and over, elsewhere a line per phase and one every ten
 * seconds, with {@code --json} nothing. Closing it clears the bar.
 */
public final class ProgressLine implements AutoCloseable {
    private static final int GAUGE = 24;
    private static final int SMALLEST_GAUGE = 8;
    private static final int PERCENT = 5;
    private static final Duration LINE_EVERY = Duration.ofSeconds(10);
    private static final String CLEAR = "\r\u001b[K";
    private static final String SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private final String what;
    private final Terminal terminal;
    private final boolean silent;
    private final Instant started = Instant.now();
    private Instant lastLine = Instant.EPOCH;
    private String lastPhase = "";
    private int turns;

    ProgressLine(String what, Terminal terminal, boolean silent) {
        this.what = what;
        this.terminal = terminal;
        this.silent = silent;
    }

    /**
     * Shows it.
     *
     * @param total null while unknown: the bar then only shows that something happens
     * @param amounts such as {@code 39.2 MB of 64.1 MB, 181,204 rows}; may be empty
     */
    public synchronized void show(String phase, long done, @Nullable Long total, String amounts) {
        if (silent) {
            return;
        }
        if (terminal.interactive()) {
            terminal.out().print(CLEAR + bar(phase, done, total, amounts));
            terminal.out().flush();
            return;
        }
        Instant now = Instant.now();
        if (!phase.equals(lastPhase) || Duration.between(lastLine, now).compareTo(LINE_EVERY) >= 0) {
            terminal.out().println("  " + what + ": " + phase + (amounts.isEmpty() ? "" : ", " + amounts));
            lastPhase = phase;
            lastLine = now;
        }
    }

    @Override
    public synchronized void close() {
        if (!silent && terminal.interactive()) {
            terminal.out().print(CLEAR);
            terminal.out().flush();
        }
    }

    private String bar(String phase, long done, @Nullable Long total, String amounts) {
        String time = HumanFormat.duration(Duration.between(started, Instant.now()));
        String before = "  " + what + " ";
        String after = " " + phase + (amounts.isEmpty() ? "" : "  " + amounts) + "  " + time;
        // a line of all columns wraps, and the next draw would leave its first part
        int widest = terminal.columns() - 1;
        int room = widest - before.length() - after.length() - PERCENT;
        String text = before + gauge(done, total, room < SMALLEST_GAUGE ? 0 : Math.min(room, GAUGE)) + after;
        return text.length() > widest ? text.substring(0, widest) : text;
    }

    private String gauge(long done, @Nullable Long total, int width) {
        if (total == null || total <= 0) {
            return Character.toString(SPINNER.charAt(turns++ % SPINNER.length()));
        }
        double share = Math.min(1, Math.max(0, (double) done / total));
        int full = (int) Math.round(share * width);
        return "█".repeat(full) + "░".repeat(width - full) + String.format(Locale.ROOT, "%4d%%", (int) (share * 100));
    }
}
