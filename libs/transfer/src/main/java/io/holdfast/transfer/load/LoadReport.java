package io.holdfast.transfer.load;

import io.holdfast.engine.model.Finding;
import io.holdfast.engine.model.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a reload did otherwise than the backup says.
 *
 * @param throughRoot roots of partition trees whose leaves refused their rows: to be compared as a whole
 * @param findings what the target lacked or, in a rescue, refused; views that could not be filled, and tables that could
 *     not be analyzed
 */
public record LoadReport(Set<QualifiedName> throughRoot, List<Finding> findings) {
    /** Nothing was done otherwise. */
    public static final LoadReport AS_IT_WAS = new LoadReport(Set.of(), List.of());

    private static final Set<Finding.Kind> DERIVED = Set.of(Finding.Kind.NOT_FILLED, Finding.Kind.NOT_ANALYZED);

    public LoadReport {
        throughRoot = Set.copyOf(throughRoot);
        findings = List.copyOf(findings);
    }

    /** What could not be derived from rows that are all there: it is told, and makes no difference to the backup. */
    public List<Finding> notDerived() {
        return findings.stream()
                .filter(finding -> DERIVED.contains(finding.kind()))
                .toList();
    }

    /** Functions that only load with the source's search path: all is there, and other tools may refuse it. */
    public List<Finding> searchPaths() {
        return findings.stream()
                .filter(finding -> finding.kind() == Finding.Kind.SEARCH_PATH)
                .toList();
    }

    /** Names of materialized views that could not be filled. */
    public Set<String> unfilled() {
        return named(Finding.Kind.NOT_FILLED);
    }

    /** Names of tables whose rows were refused. */
    public Set<String> withoutRows() {
        return named(Finding.Kind.NOT_LOADED);
    }

    /** Whether rights of this could not be kept, though all roles are there. */
    public boolean lacks(String object) {
        return named(Finding.Kind.NOT_ON_TARGET).contains(object);
    }

    private Set<String> named(Finding.Kind kind) {
        return findings.stream()
                .filter(finding -> finding.kind() == kind)
                .map(Finding::object)
                .collect(Collectors.toSet());
    }
}
