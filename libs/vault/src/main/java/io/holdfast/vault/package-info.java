/** Where backups live: chunks, manifests, keys and proofs in an S3 bucket, in Holdfast's own format. Knows no SQL. */
@NullMarked
package io.holdfast.vault;

import org.jspecify.annotations.NullMarked;
