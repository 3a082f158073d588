package io.holdfast.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration can't be used. It holds every problem of the file, not only the first. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    ConfigException(List<ConfigProblem> problems) {
        super(problems.stream()
                .map(ConfigProblem::toString)
                .collect(Collectors.joining("\n", problems.size() == 1 ? "" : problems.size() + " problems:\n", "")));
        this.problems = List.copyOf(problems);
    }

    /** All problems, in the order of the file; at least one. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
