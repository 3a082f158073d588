package io.holdfast.restore.restorable;

import com.fasterxml.jackson.core.type.TypeReference;
import io.holdfast.restore.domain.JsonColumn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Outcome of the latest check of a source's restoring role. */
@Entity
@Table(name = "restorable_source")
public class RestorableSource {
    @Id
    private String source;

    @Column(name = "checked_at")
    private Instant checkedAt;

    private String problems;

    protected RestorableSource() {}

    /** @param problems empty: the role can restore the source */
    static RestorableSource checked(String source, Instant at, List<String> problems) {
        RestorableSource checked = new RestorableSource();
        checked.source = source;
        checked.checkedAt = at;
        checked.problems = JsonColumn.text(problems);
        return checked;
    }

    String source() {
        return source;
    }

    Instant checkedAt() {
        return checkedAt;
    }

    List<String> problems() {
        return Objects.requireNonNull(JsonColumn.read(problems, new TypeReference<List<String>>() {}));
    }

    boolean restorable() {
        return problems().isEmpty();
    }
}
