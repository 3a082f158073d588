package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.postgres.tools.ToolProcess;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the messages of pg_receivewal and pg_basebackup mean. */
final class ReplicationErrors {
    private record Rule(FailureCode code, String advice, List<String> texts) {
        boolean matches(String said) {
            return texts.stream()
                    .anyMatch(text -> Pattern.compile(text).matcher(said).find());
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule(
                    FailureCode.WAL_SLOT_LOST,
                    "WAL was lost for the archive; take a new base backup",
                    List.of(
                            "has already been removed",
                            "has been invalidated",
                            "cannot read from replication slot",
                            "can no longer get changes",
                            // the server went back to an earlier position, as after a failover that lost transactions
                            "is not in this server's history",
                            "is ahead of the wal flush position",
                            "replication slot .* does not exist")),
            new Rule(
                    FailureCode.SOURCE_AUTHENTICATION_FAILED,
                    "correct the secret, or add a replication line to pg_hba.conf",
                    List.of(
                            "authentication failed",
                            "no pg_hba.conf entry",
                            "pg_hba.conf rejects",
                            "role .* does not exist")),
            new Rule(
                    FailureCode.SOURCE_PERMISSION_DENIED,
                    "give the role REPLICATION",
                    List.of("must be superuser or replication role", "permission denied")),
            new Rule(
                    FailureCode.SOURCE_CHANGED,
                    "a tablespace was created while the base backup began; take it again",
                    List.of("can only write single tablespace")),
            new Rule(
                    FailureCode.SOURCE_UNSUPPORTED,
                    "raise max_wal_senders or max_replication_slots",
                    List.of("max_wal_senders", "all replication slots are in use")),
            new Rule(
                    FailureCode.REQUEST_CONFLICT,
                    "another receiver uses the slot; end it",
                    List.of("is active for pid", "is active for process")),
            new Rule(
                    FailureCode.SOURCE_UNREACHABLE,
                    "check the connection from this machine",
                    List.of(
                            "connection to server",
                            "could not connect",
                            "could not translate host name",
                            "server closed the connection",
                            "shutting down",
                            "starting up",
                            "unexpected termination of replication stream",
                            "could not receive data",
                            "replication stream was terminated")));

    private ReplicationErrors() {}

    static HoldfastException typed(String program, DatabaseAddress address, ToolProcess.Ended ended) {
        String all = String.join(" ", ended.lines()).toLowerCase(Locale.ROOT);
        String said = program + " at " + address.shown() + ": " + ended.errors();
        return RULES.stream()
                .filter(rule -> rule.matches(all))
                .findFirst()
                .map(rule -> HoldfastException.of(rule.code(), said + "; " + rule.advice()))
                .orElseGet(() -> HoldfastException.of(FailureCode.TOOL_FAILED, said));
    }
}
