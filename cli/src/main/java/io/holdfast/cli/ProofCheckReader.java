package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.BackupResponse;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.HoldfastClient;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.rest.VerificationResponse;
import io.holdfast.devstack.Service;
import java.util.List;

/** Results of the data checks of a backup's last verification, in lines. */
final class ProofCheckReader {
    private ProofCheckReader() {}

    /** Empty if the backup has no verification. A verifier-service that does not respond becomes a line. */
    static List<String> lines(HoldfastClient holdfastClient, BackupResponse backup) {
        String verification = backup.verificationId();
        if (verification == null) {
            return List.of();
        }
        try {
            JsonNode found = holdfastClient.get(Service.VERIFIER, "/api/verifications/" + verification);
            return DetailFormatter.checks(
                    ServiceJson.read(found, VerificationResponse.class).checks());
        } catch (CommandException failure) {
            return List.of("checks     of verification " + verification + " are unknown: " + failure.getMessage());
        }
    }
}
