package io.holdfast.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns under headings, aligned. Marks before a heading: {@code >} aligns the column to the right, {@code ~} lets its texts
 * be cut where the table is too wide, and {@code ?} lets the whole column be left out then.
 */
public final class TextTable {
    /** A column that may be cut keeps this width as long as there is another column to leave out. */
    private static final int COMFORTABLE = 12;

    private static final int NARROWEST = 6;
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final String[] marks;

    public TextTable(String... headings) {
        marks = new String[headings.length];
        String[] plain = new String[headings.length];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = headings[i].replaceFirst("^[>~?]+", "");
            marks[i] = headings[i].substring(0, headings[i].length() - plain[i].length());
        }
        rows.add(plain);
    }

    public void row(String... cells) {
        if (cells.length != marks.length) {
            throw new IllegalArgumentException(cells.length + " cells under " + marks.length + " headings");
        }
        String[] shown = cells.clone();
        for (int i = 0; i < shown.length; i++) {
            shown[i] = shown[i].replaceAll("\\p{Cntrl}+", " ");
        }
        rows.add(shown);
    }

    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** All of it, however wide. */
    public List<String> lines() {
        return lines(Integer.MAX_VALUE);
    }

    /** In this width, as far as the columns without marks allow. */
    public List<String> lines(int columns) {
        int[] widths = new int[marks.length];
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < marks.length; i++) {
            shown.add(i);
            for (String[] row : rows) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        leaveOut(shown, widths, columns);
        cut(shown, widths, columns);
        return rows.stream().map(row -> line(row, shown, widths)).toList();
    }

    /** The last ones first. */
    private void leaveOut(List<Integer> shown, int[] widths, int columns) {
        for (int i = marks.length - 1; i >= 0; i--) {
            int[] comfortable = widths.clone();
            for (int each : shown) {
                comfortable[each] = has('~', each) ? Math.min(widths[each], COMFORTABLE) : widths[each];
            }
            if (has('?', i) && total(shown, comfortable) > columns) {
                shown.removeAll(List.of(i));
            }
        }
    }

    /** The widest first. */
    private void cut(List<Integer> shown, int[] widths, int columns) {
        for (int over = total(shown, widths) - columns; over > 0; over--) {
            int widest = -1;
            for (int each : shown) {
                boolean wider = widest < 0 || widths[each] > widths[widest];
                widest = has('~', each) && widths[each] > NARROWEST && wider ? each : widest;
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    private boolean has(char mark, int column) {
        return marks[column].indexOf(mark) >= 0;
    }

    private static int total(List<Integer> shown, int[] widths) {
        return shown.stream().mapToInt(each -> widths[each]).sum() + GAP.length() * (shown.size() - 1);
    }

    private String line(String[] row, List<Integer> shown, int[] widths) {
        StringBuilder line = new StringBuilder();
        int first = shown.getFirst();
        for (int each : shown) {
            String text = fitted(row[each], widths[each]);
            String pad = " ".repeat(widths[each] - width(text));
            line.append(each == first ? "" : GAP).append(has('>', each) ? pad + text : text + pad);
        }
        return line.toString().stripTrailing();
    }

    private static String fitted(String text, int width) {
        return width(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
