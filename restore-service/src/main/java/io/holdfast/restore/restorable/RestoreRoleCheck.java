package io.holdfast.restore.restorable;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.model.Finding;
import io.holdfast.restore.targets.TargetRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;

/** Check of the role that would restore a source: the same that a plan makes, without a restore. */
@ApplicationScoped
class RestoreRoleCheck {
    private final TargetRegistry targetRegistry;
    private final InstantSource clock;

    RestoreRoleCheck(TargetRegistry targetRegistry, InstantSource clock) {
        this.targetRegistry = targetRegistry;
        this.clock = clock;
    }

    /** Fails with CANCELLED alone: any other failure is a problem of the source. */
    RestorableSource of(String source) {
        return RestorableSource.checked(source, clock.instant(), problems(source));
    }

    private List<String> problems(String source) {
        try (TargetServer target = targetRegistry.of(source)) {
            return target.missingRights(targetRegistry.database(source)).stream()
                    .map(Finding::message)
                    .toList();
        } catch (HoldfastException holdfastException) {
            if (holdfastException.code() == FailureCode.CANCELLED) {
                throw holdfastException;
            }
            return List.of(holdfastException.reason().message());
        }
    }
}
