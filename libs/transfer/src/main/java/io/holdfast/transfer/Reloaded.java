package io.holdfast.transfer;

import io.holdfast.engine.Finding;
import io.holdfast.engine.QualifiedName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a reload did otherwise than the backup says.
 *
 * @param throughRoot roots of partition trees whose leaves refused their rows: to be compared as a whole
 * @param findings what the target lacked, and views that could not be filled
 */
public record Reloaded(Set<QualifiedName> throughRoot, List<Finding> findings) {
    /** Nothing was done otherwise. */
    public static final Reloaded AS_IT_WAS = new Reloaded(Set.of(), List.of());

    public Reloaded {
        throughRoot = Set.copyOf(throughRoot);
        findings = List.copyOf(findings);
    }

    /** Names of materialized views that could not be filled. */
    Set<String> unfilled() {
        return findings.stream()
                .filter(finding -> finding.kind() == Finding.Kind.NOT_FILLED)
                .map(Finding::object)
                .collect(Collectors.toSet());
    }
}
