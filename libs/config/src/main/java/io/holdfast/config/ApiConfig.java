package io.holdfast.config;

import java.util.Optional;

/** The endpoints {@code /api/admin/backup} and {@code /api/cron/backup}, which know one database. */
public record ApiConfig(
        @ConfigKey(
                value = "Source of requests that name none. Default: the only source, if there is one.",
                example = "portal")
        Optional<String> source) {}
