"""What to say to whoever posted a secret: what can be done with it, and what to revoke, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.evidence import Language
from bot.privacy.values import SecretKind

REVOKE: Final[Mapping[SecretKind, Mapping[Language, str]]] = {
    # That a challenge expires and the device asks for another: diagnostic code 0x00000411.
    "challenge": {
        "en": (
            "Your message shows a SCEP challenge password. Delete the message; a challenge expires, and a device "
            "can try again with a new one. If your NDES server uses one fixed password, set a new one."
        ),
        "zh-TW": (
            "您的訊息裡有 SCEP 挑戰密碼。請刪除訊息；挑戰會過期，裝置可以取得新挑戰後重試。如果您的 NDES "
            "伺服器使用固定密碼，請改設新密碼。"
        ),
    },
    "bearer": {
        "en": (
            "Your message shows an access token or API key. Whoever has it can act as its owner. Delete the "
            "message, and revoke it where it was issued: end the account's sessions, or make a new key and delete"
            " the old one."
        ),
        "zh-TW": (
            "您的訊息裡有存取權杖或 API 金鑰，拿到的人可以用擁有者的身分操作。請刪除訊息，並在簽發它的地方撤銷："
            "結束該帳號的工作階段，或產生新金鑰並刪除舊的。"
        ),
    },
    "slack_token": {
        "en": (
            "Your message shows a Slack token or webhook address. Delete the message, and revoke it in the "
            "settings of the Slack app it belongs to."
        ),
        "zh-TW": ("您的訊息裡有 Slack 權杖或 webhook 網址。請刪除訊息，並在它所屬的 Slack 應用程式設定中撤銷。"),
    },
    "sas": {
        "en": (
            "Your message shows a signed address (SAS). Until it expires, whoever has it can reach what it signs."
            " Delete the message, and make a new key for the account that signed it, or remove the access policy "
            "it names."
        ),
        "zh-TW": (
            "您的訊息裡有帶簽章的網址（SAS），在到期前，拿到的人都能存取。請刪除訊息，並更換簽署它的帳戶金鑰，或移"
            "除它所用的存取原則。"
        ),
    },
    "client_secret": {
        "en": (
            "Your message shows an app registration's client secret. Delete the message, delete that secret in "
            "the app registration, and make a new one."
        ),
        "zh-TW": ("您的訊息裡有應用程式註冊的用戶端密碼。請刪除訊息，並在應用程式註冊中刪除該密碼、建立新的。"),
    },
    "account_key": {
        "en": (
            "Your message shows an account key or connection string. Delete the message, and make a new key for "
            "that account."
        ),
        "zh-TW": ("您的訊息裡有帳戶金鑰或連接字串。請刪除訊息，並為該帳戶更換金鑰。"),
    },
    "password": {
        "en": ("Your message shows a password. Delete the message, and change the password everywhere it is used."),
        "zh-TW": ("您的訊息裡有密碼。請刪除訊息，並在所有使用這組密碼的地方更換。"),
    },
    "private_key": {
        "en": (
            "Your message shows a private key. Delete the message, have the certificate that belongs to it "
            "revoked by its CA, and make a new key; a new certificate for the same key would not help."
        ),
        "zh-TW": (
            "您的訊息裡有私密金鑰。請刪除訊息，請 CA 撤銷對應的憑證，並產生新的金鑰；用同一把金鑰重發憑證沒有用。"
        ),
    },
}
