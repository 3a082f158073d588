package io.holdfast.audit.activity;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** A line of the activity log as it is read; {@link ActivityLogWriter} writes them. Its fields are its JSON. */
@Entity
@Immutable
@Table(name = "activity_log")
@JsonInclude(JsonInclude.Include.NON_NULL)
class Activity {
    @Id
    @JsonProperty
    UUID id;

    @JsonIgnore
    long position;

    @JsonProperty
    String action;

    @JsonProperty
    @Column(name = "entity_type")
    String entityType;

    @JsonProperty
    @Column(name = "entity_id")
    @Nullable
    String entityId;

    @JsonProperty
    @Nullable
    String source;

    @JsonProperty
    @Nullable
    String operator;

    @JsonProperty
    String status;

    @JsonProperty
    @Column(name = "duration_ms")
    @Nullable
    Long durationMillis;

    @JsonProperty
    @JsonRawValue
    @Schema(type = SchemaType.OBJECT, description = "The data of the event.")
    @ColumnTransformer(read = "cast(details as text)")
    String details;

    @JsonProperty
    @Column(name = "created_at")
    Instant createdAt;

    @JsonProperty
    @Column(name = "recorded_at")
    Instant recordedAt;

    @JsonProperty
    @Column(name = "event_type")
    @Nullable
    String eventType;

    @JsonProperty
    @Column(name = "event_source")
    @Nullable
    String eventSource;

    @JsonProperty
    @Column(name = "event_id")
    @Nullable
    String eventId;

    @JsonProperty
    String topic;

    @JsonProperty
    @Column(name = "\"partition\"")
    int partition;

    @JsonProperty
    @Column(name = "\"offset\"")
    long offset;

    @JsonProperty
    boolean repeated;

    Activity() {}
}
