package io.holdfast.audit.activity;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an activity ended. */
enum ActivityStatus {
    SUCCESS,
    FAILURE,
    REJECTED,
    /** Something was asked for or began; its end is an activity of its own. */
    INFO;

    @JsonValue
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ActivityStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
