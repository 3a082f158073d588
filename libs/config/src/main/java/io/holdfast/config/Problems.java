package io.holdfast.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of one file. */
final class Problems {
    private record Place(int line, int column, String message) {}

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<Place> places = new HashSet<>();

    Problems(String file) {
        this.file = file;
    }

    /** Text that several sections share (defaults, anchors) is reported once, under the first path that leads to it. */
    void add(int line, int column, String path, String message) {
        if (places.add(new Place(line, column, message))) {
            found.add(new Problem(file, line, column, path, message));
        }
    }

    void add(Tree at, String path, String message) {
        add(at.line(), at.column(), path, message);
    }

    int count() {
        return found.size();
    }

    ConfigException exception() {
        return new ConfigException(found.stream().sorted(Problem.BY_PLACE).toList());
    }
}
