package io.holdfast.config;

/** Which operations on a source wait for a second person. */
@Shorthand("restore")
public record ApprovalConfig(
        @ConfigKey(value = "Restores over live data.", fallback = "required")
        ApprovalPolicy restore,

        @ConfigKey(value = "Deletion of the newest proven backup.", fallback = "none", example = "required")
        ApprovalPolicy delete,

        @ConfigKey(value = "Export of rows.", fallback = "none", example = "required")
        ApprovalPolicy export) {}
