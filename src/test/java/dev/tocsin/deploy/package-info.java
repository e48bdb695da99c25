/** What ships and deploys Tocsin: the chart, the manifests, the alert rules and the dashboard, held against the real tools and the program. */
@NullMarked
package dev.tocsin.deploy;

import org.jspecify.annotations.NullMarked;
