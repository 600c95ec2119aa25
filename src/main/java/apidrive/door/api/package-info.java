/**
 * The native API: {@code /api/drive/*}, {@code /health/*} and {@code /metrics}. It translates HTTP into calls of
 * {@link apidrive.chunk.ChunkService} and decides nothing.
 *
 * <p>{@link apidrive.door.api.ContractResource} speaks the original's two contracts, {@link apidrive.door.api.RawResource}
 * plain bytes, {@link apidrive.door.api.BatchResource} many chunks in one exchange, {@link apidrive.door.api.NodeResource}
 * what the node says of itself. {@link apidrive.door.api.Negotiation} settles once, before a request is matched, in which
 * format its answer or error is; {@link apidrive.door.api.ProblemMapper} alone turns failures into answers.
 */
package apidrive.door.api;
