package io.holdfast.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the problems of one file. */
final class ConfigProblems {
    private record Place(int line, int column, String message) {}

    private final String file;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final Set<Place> places = new HashSet<>();

    ConfigProblems(String file) {
        this.file = file;
    }

    /** Text that several sections share (defaults, anchors) is reported once, under the first path that leads to it. */
    void add(int line, int column, String path, String message) {
        if (places.add(new Place(line, column, message))) {
            found.add(new ConfigProblem(file, line, column, path, message));
        }
    }

    void add(YamlNode at, String path, String message) {
        add(at.line(), at.column(), path, message);
    }

    int count() {
        return found.size();
    }

    ConfigException exception() {
        return new ConfigException(found.stream().sorted(ConfigProblem.BY_PLACE).toList());
    }
}
