package io.holdfast.backup;

import io.holdfast.backup.adminapi.RetentionTrigger;
import io.holdfast.contracts.SourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Retention that deletes nothing and says 2: whether it was asked is what a test looks for. */
@Alternative
@ApplicationScoped
public class RecordedRetention implements RetentionTrigger {
    private final List<String> runs = new CopyOnWriteArrayList<>();

    @Override
    public int run(SourceId source, String requestedBy) {
        runs.add(requestedBy + " " + source);
        return 2;
    }

    List<String> runs() {
        return List.copyOf(runs);
    }
}
