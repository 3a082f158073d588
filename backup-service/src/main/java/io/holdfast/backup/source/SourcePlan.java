package io.holdfast.backup.source;

import io.holdfast.config.SourceConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which row of the catalog each configured source has. An id in the configuration decides; a source without one has the
 * row of its name, unless another source claims that row by its id. So sources can be renamed, and swap their names, at
 * once.
 *
 * @param known the row of each configured source that has one, by its configured name
 * @param added configured sources without a row
 * @param left rows without a configured source
 */
record SourcePlan(Map<String, SourceRow> known, List<String> added, List<SourceRow> left) {

    /**
     * Compares the catalog with the configuration.
     *
     * @throws HoldfastException CONFIG_INVALID if the name of a source belongs to a row with another id
     */
    static SourcePlan of(Collection<SourceRow> rows, Map<String, SourceConfig> configured) {
        Map<UUID, SourceRow> byId = new HashMap<>();
        Map<String, SourceRow> byName = new HashMap<>();
        rows.forEach(row -> {
            byId.put(row.id(), row);
            byName.put(row.name(), row);
        });
        Set<UUID> claimed = new HashSet<>();
        configured.values().forEach(source -> source.id().ifPresent(claimed::add));
        Map<String, SourceRow> known = new TreeMap<>();
        List<String> added = new ArrayList<>();
        new TreeMap<>(configured).forEach((name, source) -> {
            SourceRow holder = byName.get(name);
            SourceRow ofName = holder == null || claimed.contains(holder.id()) ? null : holder;
            UUID wanted = source.id().orElse(null);
            refuseTaken(name, ofName, wanted);
            SourceRow row = wanted == null ? ofName : byId.get(wanted);
            if (row == null) {
                added.add(name);
            } else {
                known.put(name, row);
            }
        });
        Collection<SourceRow> matched = known.values();
        return new SourcePlan(
                known,
                added,
                rows.stream().filter(row -> !matched.contains(row)).toList());
    }

    private static void refuseTaken(String name, @Nullable SourceRow ofName, @Nullable UUID wanted) {
        if (ofName != null && wanted != null) { // the row's own id would be a claimed one
            throw HoldfastException.about(
                    name,
                    FailureCode.CONFIG_INVALID,
                    "source \"" + name + "\" has the id " + ofName.id() + (ofName.isRetired() ? " and is retired" : "")
                            + ", and holdfast.yaml says " + wanted
                            + "; correct the id there, or give the source another name");
        }
    }
}
