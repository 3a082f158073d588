package io.holdfast.config;

import java.util.Comparator;

/**
 * One mistake in a configuration file. It never holds the value of a secret.
 *
 * @param file the file as it was named
 * @param line from 1
 * @param column from 1
 * @param path the full path of the key, such as {@code holdfast.sources.portal.url}; empty if it concerns the whole file
 * @param message what is wrong and what to do
 */
public record ConfigProblem(String file, int line, int column, String path, String message) {
    static final Comparator<ConfigProblem> BY_PLACE = Comparator.comparingInt(ConfigProblem::line)
            .thenComparingInt(ConfigProblem::column)
            .thenComparing(ConfigProblem::message);

    /** {@code file:line:column: path: message}, as compilers write it and editors understand it. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
