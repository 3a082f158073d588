package io.holdfast.verifier.drill;

import io.holdfast.contracts.VerificationId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/**
 * The manifest of a drilled backup, byte for byte as it lay in the vault (sealed). The evidence of a drill contains it, also
 * after retention has deleted the backup.
 */
@Entity
@Table(name = "drill_manifest")
class DrillManifest {
    @Id
    @Column(name = "drill_id")
    private UUID drillId;

    private byte[] content;

    protected DrillManifest() {}

    static DrillManifest of(VerificationId drill, byte[] content) {
        DrillManifest manifest = new DrillManifest();
        manifest.drillId = drill.value();
        manifest.content = content.clone();
        return manifest;
    }

    byte[] content() {
        return content.clone();
    }
}
