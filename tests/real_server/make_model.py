"""Makes a tiny model for llama.cpp's server: a llama of one layer with random weights and a tokenizer of single bytes.

It writes junk, but junk with the frequencies of English letters, quotes now and then, and next to no end: what a server
does around a model (slots, queues, schemas, bounds, cancels) can be tried with it. Nothing is downloaded.

Usage: make_model.py FILE.gguf
"""

import sys

import gguf
import numpy

WIDTH = 64
HEADS = 4
FEED_FORWARD = 128
TRAINED_LENGTH = 32_768
SEED = 20_261_128

# Turns come as lines; the model neither knows nor cares.
TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)

# How much likelier than a letter of middling frequency, as a logit.
LIKELY = {" ": 2.5, "e": 1.6, "t": 1.5, "a": 1.5, "o": 1.4, "n": 1.4, "i": 1.4, "s": 1.3, "r": 1.3, '"': 2.0}


def vocabulary():
    """Three control tokens and every byte: the smallest tokenizer that can read and write anything."""
    tokens = [b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % byte for byte in range(256)]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL] + [gguf.TokenType.BYTE] * 256
    # Printable ASCII as tokens of their own: the tokenizer looks for these first. The blank is written as U+2581.
    for code in range(0x21, 0x7F):
        tokens.append(bytes([code]))
        kinds.append(gguf.TokenType.NORMAL)
    tokens.append("\u2581".encode())
    kinds.append(gguf.TokenType.NORMAL)
    return tokens, kinds


def logits(tokens, kinds):
    """What each token is worth whatever came before it."""
    worth = numpy.full(len(tokens), -12.0, dtype=numpy.float32)
    for index, (token, kind) in enumerate(zip(tokens, kinds)):
        if kind == gguf.TokenType.NORMAL:
            letter = " " if token == "\u2581".encode() else token.decode()
            worth[index] = LIKELY.get(letter, 1.0 if letter.isalpha() and letter.islower() else -1.0)
    return worth


def main(path):
    tokens, kinds = vocabulary()
    random = numpy.random.default_rng(SEED)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("testgen-junk")
    writer.add_context_length(TRAINED_LENGTH)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(index) for index in range(len(tokens))])
    writer.add_token_types(kinds)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)

    def matrix(*shape):
        return (random.standard_normal(shape) / numpy.sqrt(shape[-1])).astype(numpy.float32)

    # The first number of every embedding is the same and large, so that it survives the layer and the norm: the output
    # then has a part that does not depend on what came before.
    embedding = matrix(len(tokens), WIDTH)
    embedding[:, 0] = 8.0
    output = matrix(len(tokens), WIDTH) * 1.5
    output[:, 0] = logits(tokens, kinds) / numpy.sqrt(WIDTH)
    ones = numpy.ones(WIDTH, dtype=numpy.float32)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", output)
    writer.add_tensor("blk.0.attn_norm.weight", ones)
    for name in ("q", "k", "v"):
        writer.add_tensor(f"blk.0.attn_{name}.weight", matrix(WIDTH, WIDTH))
    writer.add_tensor("blk.0.attn_output.weight", matrix(WIDTH, WIDTH))
    writer.add_tensor("blk.0.ffn_norm.weight", ones)
    writer.add_tensor("blk.0.ffn_gate.weight", matrix(FEED_FORWARD, WIDTH))
    writer.add_tensor("blk.0.ffn_up.weight", matrix(FEED_FORWARD, WIDTH))
    writer.add_tensor("blk.0.ffn_down.weight", matrix(WIDTH, FEED_FORWARD))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
