package io.holdfast.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Columns under headings, aligned. A heading that starts with {@code >} has its column right-aligned. */
public final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    public TextTable(String... headings) {
        right = new boolean[headings.length];
        String[] plain = headings.clone();
        for (int i = 0; i < plain.length; i++) {
            right[i] = plain[i].startsWith(">");
            plain[i] = right[i] ? plain[i].substring(1) : plain[i];
        }
        rows.add(plain);
    }

    public void row(String... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(cells.length + " cells under " + right.length + " headings");
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

    public List<String> lines() {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], width(row[i]));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String pad = " ".repeat(widths[i] - width(row[i]));
            line.append(i == 0 ? "" : "  ").append(right[i] ? pad + row[i] : row[i] + pad);
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
