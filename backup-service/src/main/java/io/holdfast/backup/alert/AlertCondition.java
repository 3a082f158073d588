package io.holdfast.backup.alert;

import io.holdfast.contracts.AlertEvent;
import io.holdfast.contracts.SourceRef;
import org.jspecify.annotations.Nullable;

/**
 * A condition that people must know about.
 *
 * @param key identity of the alert, such as {@code source-down/portal}
 * @param name the rule, in kebab case
 * @param source empty: the condition concerns the platform
 * @param summary what is wrong, on which object, and what to do
 * @param cause what alerts of one cause share; null if the alert has none but itself
 */
public record AlertCondition(
        String key,
        String name,
        AlertEvent.Severity severity,
        @Nullable SourceRef source,
        String summary,
        @Nullable String cause) {}
