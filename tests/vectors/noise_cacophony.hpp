#pragma once

#include <array>
#include <string_view>
#include <vector>

// Noise test vectors, in hexadecimal. Values: haskell-cryptography/cacophony, vectors/cacophony.txt at commit 8ee9d41e
// (public domain). Keys that a side does not know before the handshake are empty.

namespace sotto::test {

struct NoiseVectorMessage {
  std::string_view payload;
  std::string_view ciphertext;
};

struct NoiseVector {
  std::string_view protocol_name;
  std::string_view prologue;  // of both sides
  std::string_view initiator_static;
  std::string_view initiator_ephemeral;
  std::string_view initiator_remote_static;
  std::string_view responder_static;
  std::string_view responder_ephemeral;
  std::string_view responder_remote_static;
  std::string_view handshake_hash;
  std::array<NoiseVectorMessage, 6> messages;  // the handshake's, then transport messages
};

inline const std::vector<NoiseVector> kNoiseVectors = {
    {
        "Noise_IK_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "",
        "669c8640d9e42a3cda2f232f78597ceefb01daa6e3df81181ccce6fc6b5026bf",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444e417bc55c7a8166c993356c1be41ef67818a2924"
             "26f301556c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c209cff1ca5ecd43402762ac249e3bd3a4c0a145fe07"
             "cb5dae28ea13a3"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843af2ccf9972e22afc67aeafcd25162f7f98c363b77"
             "62e3e4cb7d272e39f27a5"},
            {"462e20412e20486179656b", "66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9"},
            {"4361726c204d656e676572", "71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3"},
            {"4a65616e2d426170746973746520536179",
             "4795a3423550c8bf00386bd496a3e2c76c10669d2a75ab8f79b5094c5412a25705"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "aa0bb39097555c918e40be82abc2b909eb79d9eb87adb07e268fc37323a6cf904fd01fb391"},
        }},
    },
    {
        "Noise_X_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "",
        "",
        "e761ec4e29a2d951745dcad46b28d1211c550bdd94042500f51dd4d789e456b0",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c794470bc7d4db4b390c2b19e03d60cf1ee8630c74c121"
             "706378730dcf60ef41a212c23c47ef2f4ab632abfc6258a30ca2149e2c2f8756c40d832fc206e31a5f64087b6fba7638c9a9fdd2e"
             "ee96f9ea816629"},
            {"4d757272617920526f746862617264", "68356b58d8500a2edc2c10a5941b9aaa0cb9b9e47cc125424300a56693775d"},
            {"462e20412e20486179656b", "9d783c351fd707625359d5a1de888fa4be80ea48ad0a1fc3a42fe6"},
            {"4361726c204d656e676572", "d121d6dce3ce77ad12ea7542dc23f2e0fd24b62ca7035a85a00fc8"},
            {"4a65616e2d426170746973746520536179",
             "1a97fc0b1fe571b2e489dd6b8c682084a4d14f7c02b380afddf8ad0e031c362c20"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "7011c403c92a9069047e2f00203877ad80c565c118cea0d4d6813589e9a15701d62e2236fe"},
        }},
    },
    {
        "Noise_XK_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "",
        "4f5a40e425d3adcdb2c715d988e4ef8763ed0f8aa0fe78e2d2879d71b2d38186",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944e11634ba393ac9f93896f767741fe7297c64b52a9"
             "5b20bc07a8c5983eb100a5e"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843aabea6c8883a5a6de7804420322c70994289ffe72"
             "4df10411be50430b113da"},
            {"462e20412e20486179656b",
             "99e0eed98437100ab575e5aa157f20ae23f024a43c58628646991c47e81e64af9c46165872069c5794e99a6d116142986f3b803df"
             "2a6c12f39702f669d5d7818511d6b41218f19cea974ea"},
            {"4361726c204d656e676572", "c0502067840ee81f03a76badcc8c4264847069452a9f7531d74f68"},
            {"4a65616e2d426170746973746520536179",
             "e2ce8208bd0c04c6ad779ae52b429d8cb6128a245297857e2c593576c75098b071"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "5b75e02c3584b6b202de94cc05d6063970c9da7e67283c258820381207706cd767b5b1152d"},
        }},
    },
    {
        "Noise_KK_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a",
        "c03693acd830588fac76dd414c9e100e8c601d27511de855100239f7705fa3f2",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79448564738a841228e693caeec4c497a8bd562231c3e"
             "51a1f03c4fd45dfe3a67870"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843b94504c4d83506f5dd2568b68490eba8ed6f9cf2c"
             "ca194a273c56d7ae3c558"},
            {"462e20412e20486179656b", "6a5c10a201d4e3a08f79f64949e55731f774913a4d949bda3fcebf"},
            {"4361726c204d656e676572", "4e8a1bf06926fdd74e2f516e2b0c11cc1dc3387fadeb75389d4342"},
            {"4a65616e2d426170746973746520536179",
             "c1df7194ca8ea51d4dd99059bc9b90288112d47237d8481f1773fb26a31629a05c"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "3edba4feaf590ee88dd8f5fba51db4bee651cf41afd410fe476c524ac9b1db24252fc55ff8"},
        }},
    },
    {
        "Noise_XX_25519_AESGCM_SHA256",
        "4a6f686e2047616c74",
        "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
        "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
        "",
        "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
        "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
        "",
        "1b7aefb1125762aa21a252890d00af54519638b76437444538f9a52f21e2e0dc",
        {{
            {"4c756477696720766f6e204d69736573",
             "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444c756477696720766f6e204d69736573"},
            {"4d757272617920526f746862617264",
             "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843757117acceb05bd7a45733bc22015c97a9d0cbaf4"
             "1b80446d5988ff5127235d76b79eade70f473d6a4ef521fdcbeda5340d01e028ba793fc059f2724a83af05f12dda0448a7621a926"
             "b379a92477fd"},
            {"462e20412e20486179656b",
             "c90f1cf77eba4e50edb038991565e36c9758943a989229b6051244dc4fbecb6946744b401af2ee1a5881b65fbb87fd07cb6a328ec"
             "ecc9ce6ce84c399dc332d4fd521fa4bb7f467ce909395"},
            {"4361726c204d656e676572", "bc3fa77f6aca3e8466d7dc6bea10013e88a6a29add5132b461806c"},
            {"4a65616e2d426170746973746520536179",
             "250b01074cdfe0df2ecf8ccbf1737b15a2ddb5b52fd9a396604e9c793cee3b3bb9"},
            {"457567656e2042f6686d20766f6e2042617765726b",
             "449d4d433b3cdc3d02bf6fc881774b9df54366ebcffb9689bb13f14709822cd7ef42bcdb4d"},
        }},
    },
};

}  // namespace sotto::test
