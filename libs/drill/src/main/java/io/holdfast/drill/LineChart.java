package io.holdfast.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * A line chart over drills, in the coordinates of an SVG image of {@link #WIDTH} by {@link #HEIGHT}. The vertical axis begins
 * at 0, the horizontal axis is time.
 */
record LineChart(
        String title, String line, List<Dot> dots, List<Tick> ticks, String first, String last, String summary) {
    static final int WIDTH = 340;
    static final int HEIGHT = 170;
    static final int LEFT = 62;
    static final int RIGHT = WIDTH - 14;
    static final int TOP = 14;
    static final int BOTTOM = HEIGHT - 26;
    private static final int TICKS = 4;

    /** One drill. */
    record Dot(String x, String y, boolean passed, String title) {}

    /** One line of the grid with its label. */
    record Tick(String y, String label) {}

    /**
     * @param drills at least one, in the order of time
     * @param roundUp the next round number, for the steps of the grid; at least 1
     */
    static LineChart of(
            String title,
            List<EarlierDrill> drills,
            ToLongFunction<EarlierDrill> value,
            LongUnaryOperator roundUp,
            LongFunction<String> label) {
        long step = roundUp.applyAsLong(
                Math.ceilDiv(drills.stream().mapToLong(value).max().orElse(0), TICKS));
        long most = step * TICKS;
        Instant begin = drills.getFirst().completedAt();
        Instant end = drills.getLast().completedAt();
        List<Dot> dots = new ArrayList<>();
        for (EarlierDrill drill : drills) {
            dots.add(new Dot(
                    number(x(begin, end, drill.completedAt())),
                    number(y(value.applyAsLong(drill), most)),
                    drill.passed(),
                    DrillText.date(drill.completedAt()) + ": " + label.apply(value.applyAsLong(drill))
                            + (drill.passed() ? "" : ", failed")));
        }
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= TICKS; i++) {
            long at = step * i;
            ticks.add(new Tick(number(y(at, most)), i == 0 ? "0" : label.apply(at)));
        }
        String line = dots.stream().map(dot -> dot.x() + "," + dot.y()).collect(Collectors.joining(" "));
        return new LineChart(
                title,
                line,
                dots,
                ticks,
                drills.size() == 1 ? "" : DrillText.date(begin),
                DrillText.date(end),
                title + ": " + dots.stream().map(Dot::title).collect(Collectors.joining("; ")));
    }

    private static double x(Instant begin, Instant end, Instant at) {
        double whole = Duration.between(begin, end).toMillis();
        return whole == 0
                ? RIGHT
                : LEFT + (RIGHT - LEFT) * (Duration.between(begin, at).toMillis() / whole);
    }

    private static double y(long value, long most) {
        return BOTTOM - (BOTTOM - TOP) * ((double) value / most);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
