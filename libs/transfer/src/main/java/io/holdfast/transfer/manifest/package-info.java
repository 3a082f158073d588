/** Translation between descriptions of a database and manifests. */
@NullMarked
package io.holdfast.transfer.manifest;

import org.jspecify.annotations.NullMarked;
